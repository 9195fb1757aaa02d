/** English: what every page shares. */
export const shared = {
  name: "Entrepot",
  promise: "Trade from the shelf to the border.",
  actions: {
    cancel: "Cancel",
    save: "Save",
    again: "Try again",
    copy: "Copy",
    copied: "Copied",
    done: "Done",
    remove: "Remove",
  },
  form: {
    show: "Show",
    hide: "Hide",
    showPassword: "Show the password",
    misfits: {
      whole: "A whole number is needed.",
      long: "That is too long.",
      short: "That is too short.",
      large: "That is too much.",
      small: "That is too little.",
      number: "A number is needed.",
      missing: "This is needed.",
      form: "It is not in the form that is asked for.",
      date: "That is no date.",
    },
  },
  list: { more: "Show more", loading: "Loading" },
  time: { now: "just now" },
  wrong: {
    unexpected: "Something went wrong on our side. Please try again.",
    unreachable: "The node does not answer. Check your connection and try again.",
    quote: (id: string) => `Quote ${id} when you ask for help.`,
  },
  /** Better words for some refusals of the node, by the last part of their type. */
  problems: {
    unauthenticated: "Your session has ended. Please sign in again.",
    "passkey-not-given": "No passkey was used. Try again, or choose another way.",
    "passkey-known": "This device has a passkey for your account already.",
  },
  shell: {
    skip: "Skip to content",
    navigation: "Main",
    menu: "Menu",
    close: "Close",
    home: "Start",
    signOut: "Sign out",
    theme: "Theme",
    themes: { system: "Like the system", light: "Light", dark: "Dark" },
    notShown: {
      scope: {
        heading: "Not for you",
        title: "You may not see this page",
        about: "An administrator of your organisation can give you a role that opens it.",
      },
      context: {
        heading: "Not here",
        title: "This node does not have this page",
        about: "It runs without the part that answers it. Another node of yours may have it.",
      },
    },
    noSuchPage: "No such page",
    nothingHere: "There is nothing here",
    nothingHereAbout: "The address may be mistyped, or the page has moved.",
    toStart: "To the start",
    broken: "This page failed",
    brokenAbout:
      "Perhaps the connection was lost, or the console was updated while you had it open. Loading it again usually helps.",
    reload: "Load again",
  },
  groups: {
    tracking: "Tracking",
    compliance: "Compliance",
    you: "You",
    organisation: "Organisation",
    node: "Node",
  },
  home: {
    greeting: (name: string) => (name ? `Hello, ${name}` : "Hello"),
    lead: "Everything you can look after here.",
  },
};
