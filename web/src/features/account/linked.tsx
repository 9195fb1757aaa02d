import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { goTo, useProviders } from "../../api/provider";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed } from "../../ui/dialog";
import { Loaded, Row } from "../../ui/list";
import { Wrong } from "../../ui/notice";
import { Section } from "../../ui/page";
import { Time } from "../../ui/time";
import { useFreshSession } from "./fresh-session";

const KEY = ["GET /api/identities"];

/** Outside services that open the account; nothing, where there are none. */
export function Linked() {
  const queries = useQueryClient();
  const providers = useProviders().data ?? [];
  const query = useQuery({ queryKey: KEY, queryFn: () => call("GET /api/identities") });
  const { fresh, dialog } = useFreshSession();
  const [error, setError] = useState<unknown>(null);
  const link = async (name: string) => {
    setError(null);
    try {
      await fresh(() => goTo(name, { purpose: "link", next: "/security" }));
    } catch (problem) {
      setError(problem);
    }
  };
  const unlink = async (id: string) => {
    await fresh(() => call("DELETE /api/identities/{id}", { path: { id } }));
    await queries.invalidateQueries({ queryKey: KEY });
  };
  if (!providers.length && !query.data?.items.length) return null;
  const linked = new Set(query.data?.items.map((each) => each.provider));
  const others = providers.filter(({ name }) => !linked.has(name));
  return (
    <Section title={t.linked.title} about={t.linked.about}>
      <div className="whole stack">
        <Loaded query={query}>
          {({ items }) =>
            items.length ? (
              <ul className="rows">
                {items.map((each) => (
                  <Row
                    key={each.id}
                    name={each.title}
                    about={
                      <>
                        {each.account} · {t.linked.since} <Time at={each.linked_at} />
                      </>
                    }
                  >
                    <Confirmed
                      label={t.linked.unlink}
                      name={t.linked.unlinkNamed(each.title)}
                      title={t.linked.unlinkNamed(each.title)}
                      about={t.linked.unlinkAbout}
                      confirm={t.linked.unlink}
                      perform={() => unlink(each.id)}
                    />
                  </Row>
                ))}
              </ul>
            ) : (
              <p className="quiet">{t.linked.none}</p>
            )
          }
        </Loaded>
        {others.length ? (
          <div className="actions">
            {others.map(({ name, title }) => (
              <Button key={name} onClick={() => void link(name)}>
                {t.linked.link(title)}
              </Button>
            ))}
          </div>
        ) : null}
        {error ? <Wrong error={error} /> : null}
        {dialog}
      </div>
    </Section>
  );
}
