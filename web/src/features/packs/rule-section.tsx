import { t } from "../../texts";
import type { Flaw } from "../../api/routes";
import { inWords, labelOf, saysNothing } from "./in-words";
import { flawSaid } from "./mended";
import { Parts } from "./parts";
import type { Loose, Spec, Words } from "./specs";

const MOST_SAID = 110;

/** A part of the form, folded to a line that says what it holds. */
export function RuleSection({
  name,
  fields,
  value,
  words,
  flaws,
  open,
  toggle,
  change,
}: {
  name: keyof typeof t.ruleSections;
  fields: readonly Spec[];
  value: Loose;
  words: Words;
  flaws: readonly Flaw[];
  open: boolean;
  toggle: (open: boolean) => void;
  change: (next: Loose) => void;
}) {
  const { title, about } = t.ruleSections[name];
  return (
    <details className="fold" open={open} onToggle={({ currentTarget }) => toggle(currentTarget.open)}>
      <summary>
        <h2>{title}</h2>
        <span className={flaws.length ? "wrong" : "quiet"}>
          {flaws.length ? t.packs.flaws(flaws.length) : open ? about : heldBy(fields, value)}
        </span>
      </summary>
      <div>
        {flaws.map((flaw, index) => (
          <p key={String(index)} className="wrong mend">
            {flawSaid(flaw)}
          </p>
        ))}
        <Parts specs={fields} value={value} words={words} change={change} />
      </div>
    </details>
  );
}

/** `To: European Union; From: Anywhere`, shortened; or that there is nothing. */
export function heldBy(fields: readonly Spec[], value: Loose): string {
  const said = fields.flatMap(({ name, kind }) => {
    const member = value[name];
    if (saysNothing(member)) return [];
    if (kind === "part") return [inWords(name, member)];
    if (kind === "many" && fields.length === 1) return [t.packs.entries((member as unknown[]).length)];
    if (kind === "many") return [t.packs.counted(labelOf(name), (member as unknown[]).length)];
    return [`${labelOf(name)}: ${inWords(name, member)}`];
  });
  const whole = said.join("; ");
  if (!whole) return t.packs.holdsNothing;
  return whole.length > MOST_SAID ? `${whole.slice(0, MOST_SAID).trimEnd()} …` : whole;
}
