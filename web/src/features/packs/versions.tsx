import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { PackView } from "../../api/routes";
import { t } from "../../texts";
import { Row } from "../../ui/list";
import { Section } from "../../ui/page";
import { Time } from "../../ui/time";
import { versionsQuery } from "./queries";

/** The newest other versions of the pack: drafts, and those that can be made active again. */
export function Versions({ pack: { id, name } }: { pack: PackView }) {
  const versions = useQuery(versionsQuery(name)).data ?? [];
  const others = versions.filter((each) => each.id !== id);
  if (!others.length) return null;
  return (
    <Section title={t.packs.versions} about={t.packs.versionsAbout}>
      <ul className="rows whole">
        {others.map(({ id, version, state, created_at, shipped }) => (
          <Row
            key={id}
            name={
              <>
                <Link to={`/packs/${id}`}>{t.packs.versionNumber(version)}</Link>
                <span className={state === "active" ? "badge" : "badge grey"}>{t.packs.states[state]}</span>
              </>
            }
            about={shipped ? t.packs.shipped : <Time at={created_at} />}
          />
        ))}
      </ul>
    </Section>
  );
}
