/** English: what a check answers. */
import { count } from "./count";

export const answers = {
  answer: {
    onlyGeneral: "We know only a part of what it needs",
    onlyGeneralAbout: (market: string) =>
      `Nobody has written down here what ${market} asks of such goods in particular. What stands below is asked of goods of many kinds; ask the authorities of the country for the rest.`,
    openGeneral:
      "They are about rules for goods of many kinds; those of this market for such goods are not known here.",
    showQuestions: (number: number) => (number === 1 ? "Show the question" : `Show the ${number} questions`),
    verdicts: {
      prohibited: "It must not go there",
      requirements: (number: number) =>
        number ? `It may go: ${count(number, "thing", "things")} to do` : "It may go: nothing to do",
      unknown: "It depends on a few answers",
      not_covered: "We cannot say: no rules are known here",
      clear: "Nothing in our rules stands in the way",
    },
    certain: (number: number) =>
      number
        ? `${count(number, "requirement is", "requirements are")} certain so far.`
        : "Nothing is certain yet.",
    mayBeAdded: (number: number) =>
      number === 1 ? "One depends on your answers." : `${number} depend on your answers.`,
    withoutCode: "A code makes it exact.",
    whole: (market: string) => `This is the whole list, as far as the rules for ${market} are known here.`,
    asFarAsKnown: (number: number) =>
      number
        ? `${count(number, "thing", "things")} to do, as far as we know`
        : "Nothing to do, as far as we know",
    partly: (market: string) =>
      `More may be asked: not every field of law that can touch such goods is covered for ${market} here.`,
    noneApplies: (market: string) =>
      `Rules for ${market} about such goods are known here, and none of them applies. Other fields of law that can touch them are not covered.`,
    onlyAnExpert:
      "What may forbid or restrict it stands below, and only somebody who knows the law can say whether it does.",
    nothing: (market: string) =>
      `Rules for ${market} about such goods are known here, and none of them applies. Others may exist.`,
    notCovered: (market: string) =>
      `Nobody has written rules about such goods for ${market} here. That does not mean that there are none: ask the customs authority of the country.`,
    notAdvice: "This is information, not legal advice. The law itself has the last word.",
    keep: "Keep this list",
    keepAbout: "to tick off, print and share with colleagues",
    open: (number: number) => count(number, "question is open", "questions are open"),
    openAbout: "Each answer makes the list shorter or surer. Skip what you don’t know.",
    allAnswered: "Every question is answered",
    moreQuestions: (number: number) => `Show ${number} more`,
    noToRest: "None of the others is true",
    anythingElse: "Anything else that was asked of it",
    saidNoToRest: "You said that none of the others is true.",
    answersGiven: (number: number) => `Your answers (${number})`,
    takeBackNamed: (question: string) => `Take back: ${question}`,
    takeBack: "Take back",
    yes: "Yes",
    no: "No",
    dontKnow: "Don’t know",
    unit: "Unit",
    tell: "Answer",
    anywhere: "anywhere",
    possible: "What your answers may add",
    possibleAbout: "None of it is certain. Where a question decides, it stands with it.",
    maybe: (what: string, number: number) => `${what} (${number})`,
    dependsOn: "Depends on:",
    unless: (rules: string[]) => `Unless another rule takes it away: ${rules.join(", ")}`,
    why: "Why it applies, and the law",
    law: "Law",
    authority: "Authority",
    inForce: "In force",
    period: (from: string, to: string) =>
      from && to
        ? `${from} to ${to}`
        : from
          ? `since ${from}`
          : to
            ? `until ${to}`
            : "without a limit in time",
    confidence: "Confidence",
    checkedOn: (day: string) => `looked up on ${day}`,
    rule: "Rule",
    revision: (number: number, pack: string) => `revision ${number} of pack ${pack}`,
    hold: "Hold:",
    holdOne: "Hold one of:",
    waived: (reason: string) => `No proof needed: ${reason}`,
    mayBeWaived: (reason: string) => `May not be needed: ${reason}`,
    always: "It applies to all goods.",
    compared: { "<": "less than", "<=": "at most", ">": "more than", ">=": "at least" },
    reason: (name: string, expected: string, fact: string) => `${name}: ${expected} (here: ${fact})`,
    charges: "What it costs at the border",
    chargesAbout: "As far as the rules know; currencies are never added up together.",
    chargesMissing: "Not everything is known:",
    bases: {
      value: "of the value",
      value_and_duty: "of value and duty",
      consignment: "per consignment",
      item: "per piece",
      item_type: "per kind of goods",
      kg: "per kg",
    },
    total: "Together",
    totalSoFar: "Together, as far as known",
    rests: "What this rests on",
    restsAbout: "So that you, or somebody who asks you, can follow it.",
    nearMisses: (number: number, most: number) =>
      number < most
        ? `${count(number, "rule", "rules")} nearly applied`
        : `The ${number} gravest rules that nearly applied; there may be more`,
    exempted: (number: number) => `${count(number, "rule is", "rules are")} taken away by an exemption`,
    superseded: (number: number) => `${count(number, "rule is", "rules are")} replaced by a newer one`,
    setAsideBy: (rules: string[]) => `Because of ${rules.join(", ")}.`,
    fingerprints: "Fingerprints",
    packs: "Rule packs",
    packHash: "Of the rules",
    inputHash: "Of what you said",
  },
};
