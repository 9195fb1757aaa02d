import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import { isProblem } from "../../api/problem";
import type { CodeLine, CodeView, Matches } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Search } from "../../ui/inputs";
import { Empty, Failed, Loaded, Waiting } from "../../ui/list";
import { Page } from "../../ui/page";
import { codeTrouble } from "../../trade/hs-code";
import { codeQuery } from "../../trade/queries";
import { codeNote, written } from "./code-note";
import { ImportTable } from "./import-table";
import "../../trade/trade.css";

/** The Harmonized System: by words, by code, or from chapter to heading to subheading. */
export default function GoodsPage() {
  const me = useMe();
  const [search, setSearch] = useSearchParams();
  const [importing, setImporting] = useState(false);
  const q = search.get("q") ?? "";
  const code = search.get("code") ?? "";
  const action = allows(me.data?.scopes ?? [], "rule:write") ? (
    <Button onClick={() => setImporting(true)}>{t.goods.import}</Button>
  ) : null;
  return (
    <Page title={t.goods.title} lead={t.goods.lead} action={action}>
      <div className="filter-grid">
        <Search
          key={code}
          label={t.goods.search}
          value={q}
          change={(next) => setSearch(next ? { q: next } : {}, { replace: true })}
        />
      </div>
      {q ? <Found q={q} /> : code ? <One code={code} /> : <Codes lines={ALL} />}
      {importing ? (
        <Dialog title={t.goods.import} onClose={() => setImporting(false)}>
          <ImportTable done={() => setImporting(false)} />
        </Dialog>
      ) : null}
    </Page>
  );
}

const ALL: CodeLine[] = Object.entries(t.chapters)
  .sort()
  .map(([code, title]) => ({ code, title }));

function Codes({ lines }: { lines: readonly CodeLine[] }) {
  return (
    <ul className="rows">
      {lines.map(({ code, title, text }) => (
        <li key={code}>
          <Link className="row opens" to={`/hs?code=${code}`}>
            <div className="what">
              <div className="name">
                <span className="mono">{written(code)}</span> {title}
              </div>
              {text ? <div className="about">{text}</div> : null}
            </div>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Found({ q }: { q: string }) {
  const found = useQuery({
    queryKey: ["hs-search", q, 50],
    queryFn: () => call("GET /api/hs", { query: { q, limit: 50 } }),
    placeholderData: keepPreviousData,
  });
  if (found.isPending) return <Waiting />;
  if (found.isError) return <Failed error={found.error} again={() => found.refetch()} />;
  const lines = found.data.items.map(({ code, title, parents }) => ({
    code,
    title,
    text: parents.map((each) => each.title).join(" › "),
  }));
  const note = codeNote(found.data);
  return (
    <div className="part">
      {note ? <Noted note={note} found={found.data} /> : null}
      {lines.length ? (
        <Codes lines={lines} />
      ) : (
        <Empty
          {...t.goods.none}
          action={
            <Link className="button" to="/hs">
              {t.goods.all}
            </Link>
          }
        />
      )}
    </div>
  );
}

function Noted({ note, found: { digits = "", exists } }: { note: string; found: Matches }) {
  return (
    <>
      <p role="status">{note}</p>
      {!codeTrouble(digits) && exists !== false ? (
        <div className="actions">
          <Link className="button" to={toCheck(digits)}>
            {t.goods.checkCode(written(digits))}
          </Link>
        </div>
      ) : null}
    </>
  );
}

function toCheck(code: string): string {
  return `/check?facts=${encodeURIComponent(JSON.stringify({ hs_code: code }))}`;
}

function One({ code }: { code: string }) {
  const found = useQuery(codeQuery(code));
  if (isProblem(found.error, "unknown-code")) return <Found q={code} />;
  return <Loaded query={found}>{(view) => <Viewed view={view} />}</Loaded>;
}

function Viewed({ view }: { view: CodeView }) {
  const { code, title, text, section, section_title, parents, children, words, notes, table } = view;
  return (
    <div className="part">
      <nav aria-label={t.goods.path} className="quiet small">
        <Link to="/hs">{t.goods.all}</Link> › {t.goods.section(section, section_title)}
        {parents.map((each) => (
          <span key={each.code}>
            {" › "}
            <Link to={`/hs?code=${each.code}`}>
              {written(each.code)} {each.title}
            </Link>
          </span>
        ))}
      </nav>
      <h2>
        <span className="mono">{written(code)}</span> {title}
      </h2>
      {text && text !== title ? <p>{text}</p> : null}
      {words.length ? <p className="quiet">{t.goods.words(words)}</p> : null}
      {notes.map((each) => (
        <p key={each}>{each}</p>
      ))}
      <div className="actions">
        <Link className="button" to={toCheck(code)}>
          {t.goods.check}
        </Link>
        <Link className="button" to={`/rules?code=${code}`}>
          {t.goods.rules}
        </Link>
      </div>
      {children.length ? <Codes lines={children} /> : null}
      {children.length || code.length > 5 ? null : <p className="quiet">{t.goods.deepest}</p>}
      <p className="quiet small">{t.goods.table(table.edition, table.source === "own", table.codes)}</p>
    </div>
  );
}
