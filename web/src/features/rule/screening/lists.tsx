import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/call";
import type { ListVersion } from "../../../api/routes";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { Loaded, Row, Rows } from "../../../ui/list";
import { Time } from "../../../ui/time";
import { dayName } from "../places";
import { ImportList } from "./import-list";

/** The lists that answer now, and how they come in. */
export function Lists({ writes }: { writes: boolean }) {
  const [importing, setImporting] = useState(false);
  const lists = useQuery({ queryKey: ["parties"], queryFn: () => call("GET /api/parties") });
  return (
    <>
      <div className="whole">
        <Loaded query={lists}>
          {({ items }) => (
            <Rows items={items} empty={t.screening.noLists}>
              {(each) => (
                <Row key={each.list} name={each.title || each.list} about={<About version={each} />} />
              )}
            </Rows>
          )}
        </Loaded>
      </div>
      {writes ? <Button onClick={() => setImporting(true)}>{t.screening.import}</Button> : null}
      {importing && lists.data ? (
        <Dialog title={t.screening.import} onClose={() => setImporting(false)}>
          <ImportList lists={lists.data.items} done={() => setImporting(false)} />
        </Dialog>
      ) : null}
    </>
  );
}

function About({ version: each }: { version: ListVersion }) {
  return (
    <>
      {t.packs.version(each.list, each.version)} · {t.screening.entries(each.entries)}
      {each.published_on ? ` · ${t.screening.publishedOn(dayName(each.published_on))}` : ""} ·{" "}
      <Time at={each.imported_at} />
      {each.version > 1 ? ` · ${t.screening.newest(each.added, each.changed, each.removed)}` : ""}
    </>
  );
}
