import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/call";
import { useDeviceNames } from "../../api/devices";
import { allows, useMe } from "../../api/me";
import type { NotUsedExample, NotUsedView } from "../../api/routes";
import { t } from "../../texts";
import { useAddress } from "../../ui/address";
import { Dialog } from "../../ui/dialog";
import { Doing } from "../../ui/doing";
import { Facts } from "../../ui/facts";
import { List, Loaded } from "../../ui/list";
import { bytesOf } from "../../ui/measures";
import { Section } from "../../ui/page";
import { Time } from "../../ui/time";

/** Topics and fields that came and were not used: how often, and why. */
export function NotUsed() {
  const [address, setAddress] = useAddress({ unused: "" });
  const nameOf = useDeviceNames();
  return (
    <Section title={t.notUsed.title} about={t.notUsed.lead}>
      <List name="GET /api/intake/unused" empty={t.notUsed.empty}>
        {(one) => (
          <li key={one.id}>
            <button
              type="button"
              className="row opens"
              onClick={() => setAddress({ unused: one.id }, { push: true })}
            >
              <Summary one={one} device={who(one, nameOf)} />
            </button>
          </li>
        )}
      </List>
      {address.unused ? (
        <Shown key={address.unused} id={address.unused} close={() => setAddress({ unused: "" })} />
      ) : null}
    </Section>
  );
}

function who(one: NotUsedView, nameOf: (id: string) => string): string {
  if (!one.device_id) return t.notUsed.nobody;
  return nameOf(one.device_id) || t.quarantine.gone;
}

function Summary({ one, device }: { one: NotUsedView; device: string }) {
  return (
    <>
      <span className="what">
        <span className="name">{t.notUsed.name(one.kind, one.name)}</span>
        <span className="about">
          {t.quarantine.of(device)} · {t.notUsed.reasons[one.reason]}
        </span>
      </span>
      <span className="about">
        {t.notUsed.times(one.count)} · <Time at={one.last_at} />
      </span>
    </>
  );
}

function Shown({ id, close }: { id: string; close: () => void }) {
  const query = useQuery({
    queryKey: ["GET /api/intake/unused/{id}", id],
    queryFn: () => call("GET /api/intake/unused/{id}", { path: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog title={t.notUsed.one} onClose={close}>
      <Loaded query={query}>{(one) => <One one={one} close={close} />}</Loaded>
    </Dialog>
  );
}

function One({ one, close }: { one: NotUsedExample; close: () => void }) {
  const me = useMe();
  const queries = useQueryClient();
  const nameOf = useDeviceNames();
  const facts: [string, React.ReactNode][] = [
    [t.notUsed.what, t.notUsed.name(one.kind, one.name)],
    [t.quarantine.reason, t.notUsed.reasons[one.reason]],
    [t.quarantine.device, who(one, nameOf)],
    [t.notUsed.often, t.notUsed.times(one.count)],
    [t.notUsed.first, <Time key="first" at={one.first_at} />],
    [t.notUsed.last, <Time key="last" at={one.last_at} />],
  ];
  const remove = async () => {
    await call("DELETE /api/intake/unused/{id}", { path: { id: one.id } });
    await queries.invalidateQueries({ queryKey: ["GET /api/intake/unused"] });
    close();
  };
  return (
    <>
      <Facts of={facts} />
      {one.has_example ? (
        <>
          <pre className="event" tabIndex={0} role="region" aria-label={t.notUsed.example}>
            {one.content}
          </pre>
          <p className="quiet small">
            {t.notUsed.example}: {bytesOf(one.bytes)}. {one.whole ? null : t.quarantine.cut}
          </p>
        </>
      ) : (
        <p className="quiet small">{t.notUsed.noExample}</p>
      )}
      {allows(me.data?.scopes ?? [], "intake:write") ? (
        <div className="actions">
          <Doing label={t.notUsed.noted} perform={remove} />
        </div>
      ) : null}
    </>
  );
}
