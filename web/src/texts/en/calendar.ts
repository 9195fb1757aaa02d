/** English: parts of a week, and lengths of time. */
export const calendar = {
  calendar: {
    days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    dayNames: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    from: "from",
    until: "to",
    begins: "Begins at",
    ends: "Ends at",
    add: "Add times",
    remove: "Remove these times",
    zone: "Time zone",
    none: "At all times",
    overnight: "ends on the next day",
  },
  units: {
    minutes: (count: number) => `${count} min`,
    hours: (count: number) => `${count} h`,
  },
};
