import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import { listOf } from "../../api/pages";
import type { NewScreening, Screening } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Choice, Field, Form, type Values } from "../../ui/form";
import { Pick } from "../../ui/inputs";
import { List, Row } from "../../ui/list";
import { Page, Section } from "../../ui/page";
import { Time } from "../../ui/time";
import { named } from "../../trade/countries";
import { vocabularyQuery } from "../../trade/queries";
import { ImportList } from "./import-list";
import { listsQuery } from "./list-titles";
import { Lists } from "./lists";
import { isOutdated } from "./newer";
import { ScreenFile } from "./screen-file";
import "../../trade/trade.css";

const KINDS = ["person", "organisation", "vessel", "aircraft"] as const;
const NUMBERS = [
  "imo",
  "lei",
  "registration",
  "tax",
  "passport",
  "national",
  "wallet",
  "mmsi",
  "call_sign",
  "swift",
  "serial",
  "other",
] as const;
const STATES = ["open", "matched", "clear"] as const;

/** Who may not be dealt with: a name held against the lists, and what was decided about it. */
export default function ScreeningPage() {
  const me = useMe();
  const scopes = me.data?.scopes ?? [];
  const [search, setSearch] = useSearchParams();
  const [importing, setImporting] = useState(false);
  const [batch, setBatch] = useState(false);
  const found = useQuery(listsQuery);
  const none = found.data?.items.length === 0;
  const lists = (
    <Section title={t.screening.lists} about={t.screening.listsAbout}>
      <Lists begin={allows(scopes, "rule:write") ? () => setImporting(true) : null} />
    </Section>
  );
  const state = STATES.find((each) => each === search.get("state"));
  return (
    <Page title={t.screening.title} lead={t.screening.lead}>
      {none ? lists : null}
      {allows(scopes, "screening:write") && !none ? (
        <Section title={t.screening.one} about={t.screening.oneAbout}>
          <ScreenForm />
          <div className="actions">
            <Button onClick={() => setBatch(true)}>{t.screening.batch}</Button>
          </div>
        </Section>
      ) : null}
      <Section title={t.screening.earlier} about={t.screening.earlierAbout}>
        <Pick
          name="state"
          label={t.screening.state}
          value={state ?? ""}
          onChange={({ target }) => setSearch(target.value ? { state: target.value } : {}, { replace: true })}
          options={[
            { value: "", text: t.screening.any },
            ...STATES.map((value) => ({ value, text: t.screening.states[value] })),
          ]}
        />
        <div className="whole">
          <List name="GET /api/screenings" narrowed={state ? { state } : {}} empty={t.screening.empty}>
            {(each) => <Screened key={each.id} screening={each} />}
          </List>
        </div>
      </Section>
      {none ? null : lists}
      {batch ? (
        <Dialog title={t.screening.batch} onClose={() => setBatch(false)}>
          <ScreenFile done={() => setBatch(false)} />
        </Dialog>
      ) : null}
      {importing && found.data ? (
        <Dialog title={t.screening.import} onClose={() => setImporting(false)}>
          <ImportList lists={found.data.items} done={() => setImporting(false)} />
        </Dialog>
      ) : null}
    </Page>
  );
}

function ScreenForm() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const vocabulary = useQuery(vocabularyQuery);
  const submit = async ({
    name = "",
    kind,
    birth_date,
    country,
    number_type,
    number,
    reference = "",
    watch,
  }: Values) => {
    const body: NewScreening = { name, reference, watch: watch === "on" };
    if (kind) body.kind = kind as NonNullable<NewScreening["kind"]>;
    if (birth_date) body.birth_date = birth_date;
    if (country) body.country = country;
    if (number) {
      const type = NUMBERS.find((each) => each === number_type) ?? "other";
      body.identifiers = [{ type, value: number }];
    }
    const found = await call("POST /api/screenings", { body });
    queries.setQueryData(["screening", found.id], found);
    await queries.invalidateQueries({ queryKey: listOf("GET /api/screenings").queryKey });
    await navigate(`/screenings/${found.id}`);
  };
  return (
    <Form submit={submit} label={t.screening.screen}>
      <Field name="name" label={t.screening.name} required maxLength={300} autoComplete="off" />
      <div className="pair">
        <Pick
          name="kind"
          label={t.screening.kind}
          options={[
            { value: "", text: t.screening.anyKind },
            ...KINDS.map((value) => ({ value, text: t.screening.kinds[value] })),
          ]}
        />
        <Pick
          name="country"
          label={t.screening.country}
          options={[{ value: "", text: t.screening.unknown }, ...named(vocabulary.data?.countries ?? [])]}
        />
      </div>
      <div className="pair">
        <Pick
          name="number_type"
          label={t.screening.numberType}
          options={NUMBERS.map((value) => ({ value, text: t.screening.numbers[value] }))}
        />
        <Field
          name="number"
          label={t.screening.number}
          hint={t.screening.numberHint}
          maxLength={140}
          autoComplete="off"
        />
      </div>
      <div className="pair">
        <Field name="birth_date" label={t.screening.birth} hint={t.screening.birthHint} autoComplete="off" />
        <Field
          name="reference"
          label={t.screening.reference}
          hint={t.screening.referenceHint}
          maxLength={120}
        />
      </div>
      <Choice name="watch" label={t.screening.watch} hint={t.screening.watchHint} />
    </Form>
  );
}

function Screened({ screening }: { screening: Screening }) {
  const { id, subject, reference, state, total, screened_at, watch } = screening;
  return (
    <Row
      name={
        <>
          <Link to={`/screenings/${id}`}>{subject.name}</Link>
          <span className={state === "matched" ? "badge bad" : state === "open" ? "badge grey" : "badge"}>
            {t.screening.states[state]}
          </span>
        </>
      }
      about={
        <>
          {t.screening.hits(total)} · <Time at={screened_at} />
          {reference ? ` · ${reference}` : ""}
          {watch ? ` · ${t.screening.watched}` : ""}
          {isOutdated(screening) ? ` · ${t.screening.olderList}` : ""}
        </>
      }
    />
  );
}
