import { useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import { t } from "../../texts";
import { Confirmed } from "../../ui/dialog";
import { List, Row } from "../../ui/list";
import { Time } from "../../ui/time";
import { deviceOf } from "./device";

/** Where somebody is signed in. */
export function Sessions() {
  const queries = useQueryClient();
  const revoke = async (id: string) => {
    await call("DELETE /api/sessions/{id}", { path: { id } });
    await queries.invalidateQueries({ queryKey: listOf("GET /api/sessions").queryKey });
  };
  return (
    <div className="whole">
      <List name="GET /api/sessions" empty={t.security.noSessions}>
        {(session) => (
          <Row
            key={session.id}
            name={
              <>
                {deviceOf(session.agent)}
                {session.current ? <span className="badge">{t.security.here}</span> : null}
              </>
            }
            about={
              <>
                {t.security.lastSeen} <Time at={session.used_at} />
              </>
            }
          >
            {session.current ? null : (
              <Confirmed
                label={t.security.signOut}
                name={t.security.signOutOf(deviceOf(session.agent))}
                title={t.security.signOutOf(deviceOf(session.agent))}
                about={t.security.signOutAbout}
                confirm={t.security.signOut}
                perform={() => revoke(session.id)}
              />
            )}
          </Row>
        )}
      </List>
    </div>
  );
}
