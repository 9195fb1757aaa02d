import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Choice, Field } from "../../ui/form";
import { Lines, Pick } from "../../ui/inputs";
import { Chips } from "./chips";
import { Measures } from "./measures";
import { optionsOf } from "./options";
import { type Loose, type Spec, withMember, type Words } from "./specs";

interface Props {
  specs: readonly Spec[];
  value: Loose;
  words: Words;
  change: (next: Loose) => void;
}

/** The members of a rule, or of a part of one, as a form. */
export function Parts({ specs, value, words, change }: Props) {
  return (
    <div className="parts">
      {specs.map((spec) => (
        <div key={spec.name} className={spec.wide ? "wide" : ""}>
          <Member
            spec={spec}
            value={value[spec.name]}
            words={words}
            change={(member) => change(withMember(value, spec.name, member))}
          />
        </div>
      ))}
    </div>
  );
}

interface MemberProps {
  spec: Spec;
  value: unknown;
  words: Words;
  change: (member: unknown) => void;
}

function Member({ spec, value, words, change }: MemberProps) {
  const { name, kind, required = false } = spec;
  const label = (t.ruleFields as Record<string, string>)[name] ?? name;
  const hint = (t.ruleHints as Record<string, string>)[name];
  const told = { name, label, required, ...(hint ? { hint } : {}) };
  if (kind === "many") return <Many spec={spec} label={label} value={value} words={words} change={change} />;
  if (kind === "measures") return <Measures label={label} value={value} words={words} change={change} />;
  if (kind === "part")
    return (
      <fieldset>
        <legend className="legend">{label}</legend>
        <Parts specs={spec.fields ?? []} value={(value ?? {}) as Loose} words={words} change={change} />
      </fieldset>
    );
  if (kind === "chips")
    return (
      <Chips
        spec={spec}
        label={label}
        hint={hint}
        chosen={(value ?? []) as string[]}
        offered={optionsOf(spec, words)}
        change={change}
      />
    );
  if (kind === "check")
    return (
      <Choice label={label} checked={value === true} onChange={({ target }) => change(target.checked)} />
    );
  if (kind === "pick") {
    const none = required || spec.fallback ? [] : [{ value: "", text: t.packs.notSaid }];
    const options = [...none, ...optionsOf(spec, words)];
    return (
      <Pick
        {...told}
        value={String(value ?? spec.fallback ?? "")}
        options={options}
        onChange={({ target }) => change(target.value)}
      />
    );
  }
  if (kind === "text")
    return (
      <Lines {...told} rows={3} value={String(value ?? "")} onChange={({ target }) => change(target.value)} />
    );
  const entered = (text: string) => change(kind === "number" && text !== "" ? Number(text) : text);
  return (
    <Field
      {...told}
      type={kind === "line" ? "text" : kind}
      {...(kind === "number" ? { step: "any" } : {})}
      value={String(value ?? "")}
      autoComplete="off"
      onChange={({ target }) => entered(target.value)}
    />
  );
}

function Many({ spec, label, value, words, change }: MemberProps & { label: string }) {
  const rows = (value ?? []) as Loose[];
  const put = (index: number, next: Loose) => change(rows.map((row, at) => (at === index ? next : row)));
  return (
    <fieldset className="many">
      <legend className="legend">{label}</legend>
      {rows.map((row, index) => (
        <div key={String(index)} className="one" role="group" aria-label={`${label} ${index + 1}`}>
          <Parts specs={spec.fields ?? []} value={row} words={words} change={(next) => put(index, next)} />
          <Button
            look="plain danger"
            aria-label={t.packs.takeAway(String(index + 1), label)}
            onClick={() => change(rows.filter((_, at) => at !== index))}
          >
            {t.actions.remove}
          </Button>
        </div>
      ))}
      <Button onClick={() => change([...rows, spec.fresh ?? {}])}>{t.packs.addTo(label)}</Button>
    </fieldset>
  );
}
