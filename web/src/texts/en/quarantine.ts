/** English: the quarantine. */
export const quarantine = {
  quarantine: {
    nav: { text: "Quarantine", about: "Messages of devices that could not be understood." },
    title: "Quarantine",
    lead: "What devices sent and nobody could read. They were told that it arrived, so that they go on.",
    empty: { title: "Nothing in quarantine", about: "Every message so far was understood." },
    of: (device: string) => `From ${device}`,
    gone: "a device that is gone",
    message: "The message",
    size: "Size",
    protocol: "Sent over",
    device: "Device",
    received: "Received",
    reason: "Why",
    cut: "Only its beginning was kept.",
    retry: "Try it again",
    understood: (fixes: number, reports: number) =>
      `Understood now: ${fixes} ${fixes === 1 ? "position" : "positions"}, ${reports} other ${reports === 1 ? "report" : "reports"}.`,
    notUnderstood: (reason: string) => `Still not understood: ${reason}`,
    removeTitle: "Delete this message?",
    removeAbout: "Nobody can look at it or try it again after that.",
    remove: "Delete",
  },
  notUsed: {
    title: "Not used",
    lead: "What arrived and was not used, or not all of it. The rest of such a message counts.",
    empty: { title: "Everything was used", about: "No foreign topics, and no fields without meaning." },
    name: (kind: "topic" | "field", name: string) => {
      if (name === "...") return "Many other things";
      return kind === "topic" ? `Topic ${name}` : `Field ${name}`;
    },
    nobody: "no device that is known",
    reasons: {
      foreign: "This device does not send there, or nothing here reads it.",
      not_retained: "There is no room to keep it for whoever subscribes later.",
      no_number: "It is no number.",
      out_of_range: "No device can measure this: perhaps another unit, or a broken sensor.",
      no_meaning: "Nothing here knows this field. It is kept with the message.",
    },
    times: (count: number) => (count === 1 ? "once" : `${count} times`),
    one: "Not used",
    what: "What",
    often: "How often",
    first: "First",
    last: "Last",
    example: "The last example",
    noExample: "No example is kept, because its person's privacy asks for that, or it is empty.",
    noted: "I have seen it",
  },
};
