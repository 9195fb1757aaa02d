import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Field, Form, type Values } from "../../ui/form";
import { Failed, Waiting } from "../../ui/list";
import { nearestQuery, suggestionsQuery, vocabularyQuery } from "../../trade/queries";
import { CodeForm } from "./code-form";
import { type Draft, impliedBy } from "./facts";
import { Heard } from "./heard";
import { confirmed, ofProduct } from "./product";
import { Step } from "./step";
import { Suggested } from "./suggested";

interface Props {
  draft: Draft;
  open: boolean;
  change: () => void;
  done: (next: Draft) => void;
}

/** Characters of a description that a check keeps; suggestions read all of a longer text. */
const KEPT = 500;

/** The product in words, from which codes are suggested; or its code. */
export function WhatStep({ draft, open, change, done }: Props) {
  const [described, setDescribed] = useState("");
  const [known, setKnown] = useState(false);
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const words = useQuery(vocabularyQuery);
  const heard = useQuery({ ...suggestionsQuery(described), select: ({ traits }) => traits }).data ?? [];
  const finish = (description: string, hs_code: string) => {
    const product = ofProduct(draft, description.slice(0, KEPT), hs_code);
    const certain = described === description ? heard : [];
    done(confirmed(product, certain, off, impliedBy(words.data?.traits ?? [])));
    setDescribed("");
    setKnown(false);
    setOff(new Set());
  };
  const told = described ? <Heard traits={heard} off={off} change={setOff} /> : null;
  return (
    <Step title={t.check.what} said={<Said draft={draft} />} open={open} change={change}>
      {known ? (
        <CodeForm
          description={described || (draft.description ?? "")}
          code={draft.hs_code ?? ""}
          describe={setDescribed}
          finish={finish}
          back={() => setKnown(false)}
          heard={told}
        />
      ) : (
        <>
          <Describing
            draft={draft}
            described={described}
            describe={setDescribed}
            know={() => setKnown(true)}
          />
          {described ? (
            <Suggestions description={described} choose={(code) => finish(described, code)}>
              {told}
            </Suggestions>
          ) : null}
        </>
      )}
    </Step>
  );
}

function Describing({
  draft,
  described,
  describe,
  know,
}: {
  draft: Draft;
  described: string;
  describe: (text: string) => void;
  know: () => void;
}) {
  const submit = async ({ description = "" }: Values) => describe(description.trim());
  return (
    <Form
      submit={submit}
      label={t.check.findCode}
      aside={
        <Button look="plain" onClick={know}>
          {t.check.knowCode}
        </Button>
      }
    >
      <Field
        name="description"
        label={t.check.description}
        hint={t.check.descriptionHint}
        defaultValue={described || (draft.description ?? "")}
        maxLength={20000}
        minLength={2}
        required
        autoComplete="off"
      />
    </Form>
  );
}

function Suggestions({
  description,
  choose,
  children,
}: {
  description: string;
  choose: (code: string) => void;
  children: ReactNode;
}) {
  const found = useQuery(suggestionsQuery(description));
  if (found.isPending) return <Waiting rows={3} />;
  if (found.isError) return <Failed error={found.error} again={() => found.refetch()} />;
  return (
    <>
      {children}
      <Suggested found={found.data} choose={choose} />
    </>
  );
}

function Said({ draft: { description, hs_code } }: { draft: Draft }) {
  return (
    <>
      {description ? <span>{description}</span> : null}
      {hs_code ? <Coded code={hs_code} /> : <span className="quiet">{t.check.noCode}</span>}
    </>
  );
}

/** A code with its name, or the name of what it stands under where the table goes no deeper. */
export function Coded({ code }: { code: string }) {
  const found = useQuery(nearestQuery(code.slice(0, 6)));
  return (
    <span className="quiet">
      {t.check.hs(code)} {found.data?.title ?? ""}
    </span>
  );
}
