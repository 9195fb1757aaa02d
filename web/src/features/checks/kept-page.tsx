import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { call } from "../../api/call";
import { usePeople } from "../../api/people";
import type { Check as Check, Replay } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Loaded } from "../../ui/list";
import { Notice, Wrong } from "../../ui/notice";
import { Page } from "../../ui/page";
import { Time } from "../../ui/time";
import { countryName } from "../../trade/countries";
import { momentName } from "../../ui/dates";
import { Answer } from "./answer";
import "../../trade/trade.css";
import "./checks.css";
import { write } from "./facts";
import { SaidSection } from "./said-section";
import { progress, useTicks } from "./ticks";

/** A check as it was answered then: to tick off, to print, and to show to colleagues. */
export default function KeptPage() {
  const { id = "" } = useParams();
  const check = useQuery({
    queryKey: ["checks", id],
    queryFn: () => call("GET /api/checks/{id}", { path: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const facts = check.data?.facts;
  const ticks = useTicks(id);
  return (
    <Page title={facts?.description || t.checks.one} lead={check.data ? <Lead check={check.data} /> : null}>
      <Loaded query={check} rows={5}>
        {(found) => (
          <Answer
            check={found}
            ticks={ticks}
            actions={<Actions check={found} />}
            aside={
              <>
                <Today id={id} facts={found.facts} />
                <Progress {...progress(found, ticks)} error={ticks.error} />
              </>
            }
            questions={<SaidSection check={found} />}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** On paper, nothing that is only true today, but where it came from. */
function Lead({ check: { facts, checked_at, checked_by } }: { check: Check }) {
  const name = usePeople();
  return (
    <>
      {t.check.fromTo(countryName(facts.origin), countryName(facts.destination))}
      {" · "}
      {t.checks.checkedOn(momentName(checked_at), checked_by ? name(checked_by) : "")}{" "}
      <span className="screen-only">
        (<Time at={checked_at} />)
      </span>
      <span className="paper-only">{location.href}</span>
    </>
  );
}

/** A kept list stays as it was answered; that the law has moved on since should not stay unsaid. */
function Today({ id, facts }: { id: string; facts: Check["facts"] }) {
  const today = useQuery({
    queryKey: ["checks", id, "today"],
    queryFn: () => call("GET /api/checks/{id}/today", { path: { id } }),
  });
  if (!today.data?.changed) return null;
  return (
    <div className="notice bad" role="status">
      {t.checks.changedSince}{" "}
      <Link to={`/check?facts=${encodeURIComponent(write(facts))}`}>{t.checks.checkAgain}</Link>
    </div>
  );
}

function Progress({ done, todo, error }: { done: number; todo: number; error: unknown }) {
  return (
    <>
      {todo ? (
        <div className="done-of">
          <progress value={done} max={todo} aria-label={t.checks.doneOf(done, todo)} />
          <span aria-live="polite">{t.checks.doneOf(done, todo)}</span>
        </div>
      ) : null}
      {error ? <Wrong error={error} /> : null}
    </>
  );
}

function Actions({ check: { id, facts } }: { check: Check }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
  };
  return (
    <>
      <Button onClick={() => print()}>{t.checks.print}</Button>
      {navigator.clipboard ? (
        <Button onClick={() => void copy()} aria-live="polite">
          {copied ? t.actions.copied : t.checks.copyLink}
        </Button>
      ) : null}
      <Link className="button" to={`/check?facts=${encodeURIComponent(write(facts))}`}>
        {t.checks.answerMore}
      </Link>
      {id ? <SameToday id={id} /> : null}
    </>
  );
}

/** Asks the packs of then again, and shows that the answer can be proven. */
function SameToday({ id }: { id: string }) {
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Replay | null>(null);
  const [error, setError] = useState<unknown>(null);
  const ask = async () => {
    setBusy(true);
    setError(null);
    try {
      setFound(await call("GET /api/checks/{id}/replay", { path: { id } }));
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button busy={busy} onClick={() => void ask()}>
        {t.checks.replay}
      </Button>
      {found ? <Notice>{found.identical ? t.checks.same : t.checks.different}</Notice> : null}
      {error ? <Wrong error={error} /> : null}
    </>
  );
}
