import { useInfiniteQuery } from "@tanstack/react-query";
import { listOf } from "../../api/pages";
import { t } from "../../texts";
import { List, Row } from "../../ui/list";
import { Section } from "../../ui/page";
import { Time } from "../../ui/time";

const KINDS: Readonly<Record<string, string>> = t.people.acts.kinds;

/** What operators did to accounts of this organisation; nothing at all where they did nothing. */
export function OperatorActs() {
  const acts = useInfiniteQuery(listOf("GET /api/account-acts"));
  const people = useInfiniteQuery(listOf("GET /api/users"));
  if (!acts.data?.pages[0]?.items.length) return null;
  const members = people.data?.pages.flatMap((page) => page.items) ?? [];
  const nameOf = (id: string) => members.find((each) => each.id === id)?.name ?? t.people.acts.somebody;
  return (
    <Section title={t.people.acts.title} about={t.people.acts.about}>
      <List name="GET /api/account-acts" empty={{ title: "", about: "" }}>
        {(act) => (
          <Row
            key={`${act.at} ${act.type} ${act.person}`}
            name={`${KINDS[act.type] ?? act.type}: ${nameOf(act.person)}`}
            about={<Time at={act.at} />}
          />
        )}
      </List>
    </Section>
  );
}
