/** The texts of the reader's language. A new language is one file beside en.ts, named here. */
import { en } from "./en";

export type Texts = typeof en;

const LANGUAGES: Readonly<Record<string, Texts>> = { en };

export const language =
  navigator.languages.map((tag) => tag.split("-")[0] ?? "").find((tag) => tag in LANGUAGES) ?? "en";
export const t: Texts = LANGUAGES[language] ?? en;
