import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import type { ListVersion } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Loaded, Row, Rows } from "../../ui/list";
import { Time } from "../../ui/time";
import { dayName } from "../../ui/dates";
import { NewestChanges } from "./list-changes";
import { listsQuery } from "./list-titles";

/** The lists that answer now, and a way to import one. */
export function Lists({ begin }: { begin: (() => void) | null }) {
  const lists = useQuery(listsQuery);
  return (
    <>
      <div className="whole">
        <Loaded query={lists}>
          {({ items }) => (
            <Rows items={items} empty={t.screening.noLists}>
              {(each) => <Listed key={each.list} version={each} writes={begin !== null} />}
            </Rows>
          )}
        </Loaded>
      </div>
      {begin ? <Button onClick={begin}>{t.screening.import}</Button> : null}
    </>
  );
}

function Listed({ version: each, writes }: { version: ListVersion; writes: boolean }) {
  const queries = useQueryClient();
  const [looking, setLooking] = useState(false);
  const name = each.title || each.list;
  const retire = async () => {
    await call("DELETE /api/parties/{name}", { path: { name: each.list } });
    await queries.invalidateQueries({ queryKey: ["parties"] });
  };
  return (
    <Row name={name} about={<About version={each} />}>
      {each.version > 1 ? (
        <Button look="plain" aria-label={t.screening.changesOf(name)} onClick={() => setLooking(true)}>
          {t.screening.changes}
        </Button>
      ) : null}
      {writes ? (
        <Confirmed
          label={t.screening.retire}
          name={t.screening.retireOf(name)}
          title={t.screening.retireTitle(name)}
          about={t.screening.retireAbout}
          confirm={t.screening.retire}
          perform={retire}
        />
      ) : null}
      {looking ? (
        <Dialog title={t.screening.changesOf(name)} onClose={() => setLooking(false)}>
          <NewestChanges version={each} />
          <div className="actions">
            <Button look="primary" onClick={() => setLooking(false)}>
              {t.actions.done}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </Row>
  );
}

function About({ version: each }: { version: ListVersion }) {
  return (
    <>
      {t.packs.version(each.list, each.version)} · {t.screening.entries(each.entries)}
      {each.published_on ? ` · ${t.screening.publishedOn(dayName(each.published_on))}` : ""} ·{" "}
      <Time at={each.imported_at} />
    </>
  );
}
