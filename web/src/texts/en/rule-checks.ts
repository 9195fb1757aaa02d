/** English: checks that were kept. */
export const ruleChecks = {
  checks: {
    nav: { text: "Earlier checks", about: "Lists that were kept, to tick off, print and share." },
    title: "Earlier checks",
    lead: "Every list that you and your colleagues kept, as it was answered then.",
    one: "A check",
    checkedOn: (moment: string, name: string) => `checked on ${moment}${name ? ` by ${name}` : ""}`,
    given: "What was asked",
    givenAbout: "The answer holds for these facts, and for no others.",
    product: "Product",
    openAbout: "Nobody has answered these yet; each may change the list.",
    doneBy: (name: string, day: string) => (name ? `Done by ${name}, ${day}` : `Done, ${day}`),
    doneOf: (done: number, todo: number | null) =>
      todo === null ? `${done} done` : `${done} of ${todo} done`,
    verdict: "Answer",
    all: "All",
    destination: "To",
    anywhere: "Anywhere",
    empty: {
      title: "No list was kept yet",
      about: "Check a product and keep its list; it will stand here for all of you.",
    },
    changedSince: "The rules have changed since: today, this would be answered otherwise.",
    checkAgain: "Check it again",
    print: "Print",
    copyLink: "Copy the link",
    answerMore: "Change or answer more",
    replay: "Same answer again?",
    same: "Yes: the rules of then give the same answer to the same facts, byte for byte. It says nothing of today’s rules.",
    different:
      "No: the program answers these facts differently today. The list above is what was answered then.",
  },
};
