import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import type { Check as Check, ProductFacts } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Failed, Waiting } from "../../ui/list";
import { Wrong } from "../../ui/notice";
import { Page } from "../../ui/page";
import { Answer } from "./answer";
import "../../trade/trade.css";
import "./checks.css";
import { type Draft, isComplete, read, write } from "./facts";
import { unlessElsewhere } from "./product";
import { Questions } from "./questions";
import { WayStep } from "./way-step";
import { WhatStep } from "./what-step";

type Step = "what" | "way" | null;

/** What, from where, to where, when, how: then the list, and what is still open in it. */
export default function CheckPage() {
  const [search, setSearch] = useSearchParams();
  const draft = read(search.get("facts"));
  const [step, setStep] = useState<Step>(() => firstOpen(draft));
  const change = (next: Draft) =>
    setSearch({ facts: write(unlessElsewhere(draft, next)) }, { replace: true });
  const done = (next: Draft) => {
    change(next);
    setStep(firstOpen(next));
  };
  const restart = () => {
    setSearch({});
    setStep("what");
  };
  const again =
    draft.description || draft.hs_code ? <Button onClick={restart}>{t.check.restart}</Button> : null;
  return (
    <Page title={t.check.title} lead={t.check.lead} action={again}>
      <div className="talk">
        <WhatStep draft={draft} open={step === "what"} change={() => setStep("what")} done={done} />
        {step === "what" && !isComplete(draft) ? null : (
          <WayStep draft={draft} open={step === "way"} change={() => setStep("way")} done={done} />
        )}
      </div>
      {step === null && isComplete(draft) ? <Found facts={draft} change={change} /> : null}
    </Page>
  );
}

function firstOpen(draft: Draft): Step {
  if (!draft.hs_code && !draft.description) return "what";
  return isComplete(draft) ? null : "way";
}

/** The answer as it stands; every fact that is added asks again. */
function Found({ facts, change }: { facts: ProductFacts; change: (next: Draft) => void }) {
  const found = useQuery({
    queryKey: ["check", facts],
    queryFn: () => call("POST /api/checks", { body: { ...facts, keep: false } }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  if (found.isPending) return <Waiting rows={4} />;
  if (found.isError) return <Failed error={found.error} again={() => found.refetch()} />;
  return (
    <Answer
      check={found.data}
      fresh
      renewing={found.isPlaceholderData}
      actions={<Keep facts={facts} />}
      questions={<Questions facts={facts} check={found.data} change={change} />}
    />
  );
}

function Keep({ facts }: { facts: ProductFacts }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const keep = async () => {
    setBusy(true);
    setError(null);
    try {
      const kept: Check = await call("POST /api/checks", { body: facts });
      await queries.invalidateQueries({ queryKey: listOf("GET /api/checks").queryKey });
      await navigate(`/checks/${kept.id}`);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <>
      <Button look="primary" busy={busy} onClick={() => void keep()}>
        {t.answer.keep}
      </Button>
      <span className="quiet small">{t.answer.keepAbout}</span>
      {error ? <Wrong error={error} /> : null}
    </>
  );
}
