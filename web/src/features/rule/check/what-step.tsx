import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/call";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Field, Form, type Values } from "../../../ui/form";
import { Failed, Waiting } from "../../../ui/list";
import { codeQuery } from "../queries";
import type { Draft } from "./facts";
import { Step } from "./step";
import { Suggested } from "./suggested";

interface Props {
  draft: Draft;
  open: boolean;
  change: () => void;
  done: (next: Draft) => void;
}

/** The product in words, from which codes are suggested; or its code. */
export function WhatStep({ draft, open, change, done }: Props) {
  const [described, setDescribed] = useState("");
  const [known, setKnown] = useState(false);
  const finish = (next: Draft) => {
    setDescribed("");
    setKnown(false);
    done(next);
  };
  const describe = async ({ description = "" }: Values) => setDescribed(description.trim());
  const enter = async ({ description = "", hs_code = "" }: Values) =>
    finish({ ...draft, description: description.trim(), hs_code: hs_code.replace(/[\s.]/g, "") });
  return (
    <Step title={t.check.what} said={<Said draft={draft} />} open={open} change={change}>
      <Form
        key={String(known)}
        submit={known ? enter : describe}
        label={known ? t.check.goOn : t.check.findCode}
        aside={
          <Button look="plain" onClick={() => setKnown(!known)}>
            {known ? t.check.describeInstead : t.check.knowCode}
          </Button>
        }
      >
        <Field
          name="description"
          label={t.check.description}
          hint={t.check.descriptionHint}
          defaultValue={described || (draft.description ?? "")}
          maxLength={500}
          minLength={2}
          required={!known}
          autoComplete="off"
        />
        {known ? (
          <Field
            name="hs_code"
            label={t.check.code}
            hint={t.check.codeHint}
            defaultValue={draft.hs_code ?? ""}
            required
            pattern="[0-9][0-9 .]*"
            inputMode="numeric"
            autoComplete="off"
          />
        ) : null}
      </Form>
      {described && !known ? (
        <Suggestions
          description={described}
          choose={(code) => finish({ ...draft, description: described, hs_code: code })}
        />
      ) : null}
    </Step>
  );
}

function Suggestions({ description, choose }: { description: string; choose: (code: string) => void }) {
  const body = { description };
  const found = useQuery({
    queryKey: ["suggestions", description],
    queryFn: () => call("POST /api/hs/suggestions", { body }),
    staleTime: 600_000,
  });
  if (found.isPending) return <Waiting rows={3} />;
  if (found.isError) return <Failed error={found.error} again={() => found.refetch()} />;
  return <Suggested found={found.data} choose={choose} />;
}

function Said({ draft }: { draft: Draft }) {
  return (
    <>
      {draft.description ? <span>{draft.description}</span> : null}
      {draft.hs_code ? <Coded code={draft.hs_code} /> : <span className="quiet">{t.check.noCode}</span>}
    </>
  );
}

/** A code with its name; codes of national depth go by their first six digits. */
export function Coded({ code }: { code: string }) {
  const found = useQuery(codeQuery(code.slice(0, 6)));
  return (
    <span className="quiet">
      {t.check.hs(code)} {found.data?.title ?? ""}
    </span>
  );
}
