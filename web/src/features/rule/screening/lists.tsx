import { useQuery } from "@tanstack/react-query";
import type { ListVersion } from "../../../api/routes";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Loaded, Row, Rows } from "../../../ui/list";
import { Time } from "../../../ui/time";
import { dayName } from "../places";
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
              {(each) => (
                <Row key={each.list} name={each.title || each.list} about={<About version={each} />} />
              )}
            </Rows>
          )}
        </Loaded>
      </div>
      {begin ? <Button onClick={begin}>{t.screening.import}</Button> : null}
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
