/** English: letters of a development node. */
export const mail = {
  mail: {
    nav: {
      text: "Letters",
      about: "What this node would have sent: a node without a mail server keeps its letters.",
    },
    title: "Letters",
    lead: "This node has no mail server, so its letters wait here.",
    empty: { title: "No letters", about: "Sign-ups, invitations and forgotten passwords write some." },
    to: (address: string) => `To ${address}`,
  },
};
