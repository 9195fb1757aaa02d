import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import type { PackView } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { List } from "../../ui/list";
import { Page } from "../../ui/page";
import { Time } from "../../ui/time";
import { ImportForm } from "./import-form";
import "../../trade/trade.css";
import "./packs.css";

/** Versions of packs, by name: what is active, then drafts, what waits for approval, and what was. */
export default function PacksPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [open, setOpen] = useState<"new" | "import" | null>(null);
  const made = async (pack: PackView | null) => {
    await queries.invalidateQueries({ queryKey: listOf("GET /api/packs").queryKey });
    if (pack) await navigate(`/packs/${pack.id}`);
  };
  const create = async ({ name = "", title = "" }: Values) =>
    made((await call("POST /api/packs", { body: { name, title } })).pack);
  const actions = (
    <>
      <Button onClick={() => setOpen("import")}>{t.packs.import}</Button>
      <Button onClick={() => setOpen("new")}>{t.packs.create}</Button>
    </>
  );
  return (
    <Page title={t.packs.title} lead={t.packs.lead} action={actions}>
      <div>
        <List name="GET /api/packs" empty={t.packs.empty}>
          {(pack) => <PackRow key={pack.id} pack={pack} made={made} />}
        </List>
      </div>
      {open === "new" ? (
        <Dialog title={t.packs.create} onClose={() => setOpen(null)}>
          <Form submit={create} label={t.packs.create}>
            <Field name="title" label={t.packs.packTitle} required maxLength={300} autoFocus />
            <Field
              name="name"
              label={t.packs.packName}
              hint={t.packs.packNameHint}
              required
              maxLength={40}
              pattern="[a-z0-9]+(-[a-z0-9]+)*"
            />
          </Form>
        </Dialog>
      ) : null}
      {open === "import" ? (
        <Dialog title={t.packs.import} onClose={() => setOpen(null)}>
          <ImportForm made={made} />
        </Dialog>
      ) : null}
    </Page>
  );
}

function PackRow({
  pack: { id, name, title, version, state, rules, created_at, shipped },
  made,
}: {
  pack: PackView;
  made: (pack: PackView | null) => Promise<void>;
}) {
  const [busy, setBusy] = useState(false);
  const draft = async () => {
    setBusy(true);
    try {
      await made((await call("POST /api/packs", { body: { based_on: id } })).pack);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="row">
      <div className="what">
        <div className="name">
          <Link to={`/packs/${id}`}>{t.packs.titled(title, version)}</Link>
          <span className={state === "active" ? "badge" : "badge grey"}>{t.packs.states[state]}</span>
        </div>
        <div className="about">
          {name} · {t.packs.ruleCount(rules)} · {shipped ? t.packs.shipped : <Time at={created_at} />}
        </div>
      </div>
      {state === "active" ? (
        <div className="actions">
          <Button look="plain" busy={busy} aria-label={t.packs.draftFrom(title)} onClick={() => void draft()}>
            {t.packs.draft}
          </Button>
        </div>
      ) : null}
    </li>
  );
}
