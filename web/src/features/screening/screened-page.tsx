import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import { listOf } from "../../api/pages";
import type { HitView, NewDecision, Screening } from "../../api/routes";
import { t } from "../../texts";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Choice, Form, type Values } from "../../ui/form";
import { Lines } from "../../ui/inputs";
import { Loaded, Rows } from "../../ui/list";
import { Notice } from "../../ui/notice";
import { Page, Section } from "../../ui/page";
import { Decided } from "./decisions";
import { FurtherHits } from "./further-hits";
import { Hit } from "./hit";
import { isOutdated, Newer } from "./newer";
import { SubjectFacts } from "./subject";
import "../../trade/trade.css";

/** What the lists say about one name, and what was decided. */
export default function ScreenedPage() {
  const { id = "" } = useParams();
  const found = useQuery({
    queryKey: ["screening", id],
    queryFn: () => call("GET /api/screenings/{id}", { path: { id } }),
    // A watched name is screened again by itself, within seconds.
    refetchInterval: ({ state }) => (state.data?.watch && isOutdated(state.data) ? 2_000 : false),
  });
  return (
    <Page
      title={found.data?.subject.name ?? t.screening.title}
      lead={found.data ? situation(found.data) : null}
    >
      <Loaded query={found}>{(screening) => <Found screening={screening} />}</Loaded>
    </Page>
  );
}

function situation({ state, hits }: Screening): string {
  return state === "clear" && !hits.length ? t.screening.noneAlike : t.screening.stateAbout[state];
}

/** Chinese and Korean names are one word to a program, and whole. */
function isOneWord({ name, kind }: Screening["subject"]): boolean {
  return (kind ?? "person") === "person" && /^[^\s,\u3400-\u9fff\uac00-\ud7a3]+$/u.test(name.trim());
}

function Found({ screening }: { screening: Screening }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const me = useMe();
  const writes = allows(me.data?.scopes ?? [], "screening:write");
  const [asked, setAsked] = useState<{ hit: HitView; verdict: NewDecision["verdict"] } | null>(null);
  const path = { id: screening.id };
  const renew = () => queries.invalidateQueries({ queryKey: listOf("GET /api/screenings").queryKey });
  const keep = (next: Screening) => {
    queries.setQueryData(["screening", screening.id], next);
    return renew();
  };
  const decide = async ({ reason = "" }: Values) => {
    if (!asked) return;
    const { hit, verdict } = asked;
    const body = { list: hit.list, entry: hit.entry.id, verdict, reason };
    await keep(await call("POST /api/screenings/{id}/decisions", { path, body }));
    await queries.invalidateQueries({ queryKey: ["screening", screening.id, "hits"] });
    setAsked(null);
  };
  const watch = async (on: boolean) =>
    keep(await call("PATCH /api/screenings/{id}", { path, body: { watch: on } }));
  const forget = async () => {
    await call("DELETE /api/screenings/{id}", { path });
    await renew();
    await navigate("/screenings");
  };
  const shown = (hit: HitView) => (
    <Hit
      key={`${hit.list}/${hit.entry.id}`}
      hit={hit}
      decide={writes ? (verdict) => setAsked({ hit, verdict }) : null}
    />
  );
  return (
    <>
      <SubjectFacts screening={screening} />
      {isOneWord(screening.subject) ? <Notice>{t.screening.oneWord}</Notice> : null}
      {isOutdated(screening) ? <Newer screening={screening} writes={writes} /> : null}
      <div className="whole">
        <Rows items={screening.hits} empty={t.screening.clear}>
          {shown}
        </Rows>
        <FurtherHits screening={screening}>{shown}</FurtherHits>
      </div>
      {screening.past.length ? (
        <Section title={t.screening.past} about={t.screening.pastAbout}>
          <ul className="reasons">
            {screening.past.map((each) => (
              <li key={each.decided_at}>
                <span className="quiet">{t.screening.entry(each.list, each.entry)}:</span>{" "}
                <Decided decision={each} />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {writes ? (
        <div className="part">
          <Choice
            label={t.screening.watch}
            hint={t.screening.watchHint}
            checked={screening.watch}
            onChange={({ target }) => void watch(target.checked)}
          />
          <div className="actions">
            <Confirmed
              label={t.screening.forget}
              title={t.screening.forgetTitle}
              about={t.screening.forgetAbout}
              confirm={t.screening.forget}
              perform={forget}
            />
          </div>
        </div>
      ) : null}
      {asked ? (
        <Dialog title={t.screening.verdicts[asked.verdict]} onClose={() => setAsked(null)}>
          <p className="quiet">{t.screening.verdictAbout[asked.verdict]}</p>
          <Form submit={decide} label={t.screening.verdicts[asked.verdict]}>
            <Lines
              name="reason"
              label={t.packs.reason}
              hint={t.screening.reasonHint}
              rows={3}
              required
              minLength={3}
            />
          </Form>
        </Dialog>
      ) : null}
    </>
  );
}
