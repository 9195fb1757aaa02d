import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PackView } from "../../api/routes";
import { t } from "../../texts";
import { domainTitle } from "../../trade/domains";
import { vocabularyQuery } from "../../trade/queries";
import { Button } from "../../ui/button";
import { Row } from "../../ui/list";
import { inWords } from "./in-words";
import { Parts } from "./parts";
import type { Loose, Spec } from "./specs";

type Cover = PackView["covers"][number];

const COVERS: Spec = {
  name: "covers",
  kind: "many",
  wide: true,
  fresh: { domain: "taxes", markets: ["EU"], checked_on: new Date().toISOString().slice(0, 10) },
  fields: [
    { name: "domain", kind: "pick", source: "domains", required: true },
    { name: "way", kind: "pick", options: ["entering", "leaving"], fallback: "entering" },
    { name: "markets", kind: "chips", source: "places" },
    { name: "exclude_origins", kind: "chips", source: "places" },
    { name: "hs_include", kind: "chips", source: "codes" },
    { name: "hs_exclude", kind: "chips", source: "codes" },
    { name: "valid_from", kind: "date" },
    { name: "valid_to", kind: "date" },
    { name: "complete", kind: "check", wide: true },
    { name: "about", kind: "text", wide: true },
    { name: "checked_on", kind: "date", required: true },
  ],
};

/** Which domains of law the pack says that it covers, for which markets and how completely. */
export function CoversList({
  covers,
  save,
}: {
  covers: readonly Cover[];
  /** Nothing, if they can only be read. */
  save: ((next: Cover[]) => Promise<void>) | null;
}) {
  const vocabulary = useQuery(vocabularyQuery);
  const [draft, setDraft] = useState<readonly Cover[] | null>(null);
  const words = vocabulary.data;
  const put = async (next: readonly Cover[]) => {
    await save?.([...next]);
    setDraft(null);
  };
  return (
    <details className="whole maybe">
      <summary>{t.packs.coverCount(covers.length)}</summary>
      {draft && words ? (
        <>
          <Parts
            specs={[COVERS]}
            value={{ covers: draft } as Loose}
            words={{ vocabulary: words, documents: [] }}
            change={({ covers: next }) => setDraft((next ?? []) as Cover[])}
          />
          <div className="actions">
            <Button look="primary" onClick={() => void put(draft)}>
              {t.actions.save}
            </Button>
            <Button look="plain" onClick={() => setDraft(null)}>
              {t.actions.cancel}
            </Button>
          </div>
        </>
      ) : (
        <>
          <ul className="rows">
            {covers.map((each, index) => (
              <Row key={String(index)} name={domainTitle(each.domain, words)} about={about(each)} />
            ))}
          </ul>
          {save ? (
            <div className="actions">
              <Button onClick={() => setDraft(covers)}>{t.packs.changeCovers}</Button>
            </div>
          ) : null}
        </>
      )}
    </details>
  );
}

function about({
  domain: _,
  markets,
  complete = false,
  way = "entering",
  about: told,
  ...more
}: Cover): string {
  const { checked_on, ...limits } = more;
  return [
    complete ? t.domains.complete : t.domains.partial,
    inWords("destinations", markets),
    way === "leaving" ? t.packs.coversLeaving : "",
    inWords("", limits) === t.packs.notSaid ? "" : inWords("", limits),
    told ?? "",
    t.answer.checkedOn(checked_on),
  ]
    .filter(Boolean)
    .join(" · ");
}
