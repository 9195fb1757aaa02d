import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { ApiProblem } from "../../api/problem";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Field, Form, type Values } from "../../ui/form";
import { headingQuery } from "../../trade/queries";
import { codeTrouble, digitsOf, lookedUp, standing } from "../../trade/hs-code";

const PAUSE_MS = 400;

/** For who knows the code: its name stands below it while it is typed, and what cannot be goes no further. */
export function CodeForm({
  description,
  code,
  describe,
  finish,
  back,
  heard,
}: {
  description: string;
  code: string;
  describe: (text: string) => void;
  finish: (description: string, code: string) => void;
  back: () => void;
  heard: ReactNode;
}) {
  const queries = useQueryClient();
  const [digits, setDigits] = useState(digitsOf(code));
  const [said, setSaid] = useState(description);
  const pause = useRef(0);
  const tell = (text: string) => {
    setSaid(text);
    clearTimeout(pause.current);
    pause.current = window.setTimeout(() => describe(text.trim()), PAUSE_MS);
  };
  const submit = async ({ hs_code = "" }: Values) => {
    const typed = digitsOf(hs_code);
    refuse(codeTrouble(typed));
    const found = await queries.fetchQuery(headingQuery(lookedUp(typed)));
    if (!found) refuse(t.check.noChapter(typed.slice(0, 2)));
    else if (standing(found, typed).missing === "surely") refuse(t.check.noSuchCode(typed, found.code));
    finish(said.trim(), typed);
  };
  return (
    <Form
      submit={submit}
      label={t.check.goOn}
      aside={
        <Button look="plain" onClick={back}>
          {t.check.describeInstead}
        </Button>
      }
    >
      <Field
        name="description"
        label={t.check.description}
        hint={t.check.descriptionHint}
        value={said}
        onChange={({ target }) => tell(target.value)}
        maxLength={20000}
        minLength={2}
        autoComplete="off"
      />
      {heard}
      <Field
        name="hs_code"
        label={t.check.code}
        hint={t.check.codeHint}
        defaultValue={code}
        onChange={({ target }) => setDigits(digitsOf(target.value))}
        required
        inputMode="numeric"
        autoComplete="off"
      />
      <Meant digits={digits} take={(exact) => finish(said.trim(), exact)} />
    </Form>
  );
}

/** Shown at the field, as what the node itself refuses. */
function refuse(text: string) {
  if (text) throw new ApiProblem(422, "bad-fact", text, { field: "hs_code" });
}

/** What the code stands for, and more exact ones below it. */
function Meant({ digits, take }: { digits: string; take: (code: string) => void }) {
  const { data: view } = useQuery(headingQuery(lookedUp(digits)));
  if (!view) return null;
  const { line, deeper, missing } = standing(view, digits);
  return (
    <div className="meant" role="group" aria-label={t.check.suggestions}>
      <p aria-live="polite">
        <span className="mono">{line.code}</span> {line.title}
      </p>
      {missing === "perhaps" ? <p className="quiet small">{t.check.notLookedUp(digits)}</p> : null}
      {deeper.length ? (
        <>
          <p className="quiet small">{t.check.deeper(line.code)}</p>
          <ul className="rows deeper" tabIndex={0} aria-label={t.check.deeper(line.code)}>
            {deeper.map(({ code, title }) => (
              <li key={code} className="row">
                <div className="what">
                  <span className="mono">{code}</span> {title}
                </div>
                <Button aria-label={t.check.takeNamed(code, title)} onClick={() => take(code)}>
                  {t.check.take}
                </Button>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}
