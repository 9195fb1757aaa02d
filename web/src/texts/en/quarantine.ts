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
};
