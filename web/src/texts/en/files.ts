/** English: files that are imported, and what came of them. */
import { count } from "./count";

export const files = {
  files: {
    holds: "What the file holds",
    required: "needed",
    mayBeEmpty: "Columns that are not marked may be missing. Commas, semicolons or tabs stand between cells.",
    sample: "Download a sample",
    sampleAbout: "Open it in a spreadsheet, replace its lines, and save it as “CSV UTF-8”.",
    choose: "Choose a file first.",
    empty: "The file is empty.",
    tooLarge: (is: string, most: string) => `This file is ${is}; at most ${most} are taken.`,
    size: (megabytes: number) => `${megabytes} MB`,
    notUtf8:
      "The letters in this file cannot be read: it is not in UTF-8. In a spreadsheet, save it as “CSV UTF-8”; in an editor, choose the encoding UTF-8.",
    notText: "This is no text file: a picture, an archive or a program, perhaps.",
    otherKind: (name: string, kinds: readonly string[]) =>
      `“${name}” is no such file. Choose one that ends in ${kinds.join(" or ")}.`,
    spreadsheet: "This is a spreadsheet, not CSV. Open it, and save it as “CSV UTF-8”.",
    whole: "Is the file whole?",
    anyway: "It is whole: import it",
    more: (number: number) => `and ${number} more`,
    unchangedList: "This list is unchanged. Nothing had to be imported.",
    unchangedTable: "This table is unchanged. Nothing had to be imported.",
    importedList: (name: string, version: number) => `Imported. ${name} is now version ${version}.`,
    importedTable: (edition: string) => `Imported. Codes of ${edition} come from this table now.`,
    read: "Read",
    readList: (entries: number, names: number) =>
      `${count(entries, "entry", "entries")} with ${count(names, "name", "names")}`,
    readTable: (chapters: number, headings: number, subheadings: number) =>
      `${count(chapters, "chapter", "chapters")}, ${count(headings, "heading", "headings")}, ${count(subheadings, "subheading", "subheadings")}`,
    added: "New",
    changed: "Changed",
    removed: "Gone",
    skipped: "Left out",
    skippedLines: (number: number) => count(number, "line", "lines"),
    change: { added: "New", changed: "Changed", removed: "Gone" },
    fields: {
      kind: "kind",
      name: "name",
      aliases: "other names",
      weak_aliases: "weak names",
      identifiers: "numbers",
      topics: "topics",
      birth_dates: "birth dates",
      countries: "countries",
      programme: "programme",
      listed_on: "listed since",
      remarks: "remarks",
    } as Readonly<Record<string, string>>,
    again: "Watched names are screened again by themselves.",
  },
};
