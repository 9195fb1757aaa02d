import type { Matches } from "../../api/routes";
import { t } from "../../texts";
import { MOST } from "../../trade/hs-code";

type Asked = Pick<Matches, "digits" | "beginning" | "exists"> & { table: { edition: string } };

/** What to say about a code that was typed, when the answer is not simply that code. */
export function codeNote({ digits = "", beginning = "", exists, table }: Asked): string | null {
  if (!digits) return null;
  if (digits.length < 2) return t.goods.notes.short;
  if (exists === false) return t.goods.notes.unassigned(written(digits), table.edition, written(beginning));
  if (digits.length > MOST) return t.goods.notes.long(written(digits.slice(0, 6)));
  if (digits.length > 6) return t.goods.notes.national(written(digits), written(digits.slice(0, 6)));
  if (beginning.length < digits.length) return t.goods.notes.byNumber(written(digits), exists === true);
  return null;
}

/** 850760 as customs write it: 8507.60. */
export function written(digits: string): string {
  const [, heading = digits, ...rest] = /^(\d{4})(\d{1,2})(\d{0,2})(\d*)$/.exec(digits) ?? [];
  return [heading, ...rest.filter(Boolean)].join(".");
}
