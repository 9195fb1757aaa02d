import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import type { Recording } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Failed, Rows, Waiting } from "../../ui/list";
import { Section } from "../../ui/page";
import { Bring } from "./bring";
import { Report } from "./report";
import { goesOn } from "./upload";
import "./recordings.css";

const LOOK_MS = 1_000;

/** Recorded tracks in the history of a device: what became of the last ones, and a file to bring. */
export default function Recordings({ id, mayWrite }: { id: string; mayWrite?: boolean }) {
  const queries = useQueryClient();
  const [bringing, setBringing] = useState(false);
  const key = ["GET /api/devices/{id}/recordings", id];
  const query = useQuery({
    queryKey: key,
    queryFn: () => call("GET /api/devices/{id}/recordings", { path: { id }, query: { limit: 10 } }),
    refetchInterval: ({ state }) => (state.data?.items.some(goesOn) ? LOOK_MS : false),
  });
  if (!mayWrite) return null;
  return (
    <Section title={t.recordings.title} about={t.recordings.about}>
      {query.isPending ? <Waiting rows={1} /> : null}
      {query.isError ? <Failed error={query.error} again={() => query.refetch()} /> : null}
      {query.data?.items.length ? (
        <Rows items={query.data.items} empty={t.recordings.empty}>
          {(recording: Recording) => <Report key={recording.id} recording={recording} />}
        </Rows>
      ) : null}
      <div className="actions">
        <Button onClick={() => setBringing(true)}>{t.recordings.bring}</Button>
      </div>
      {bringing ? (
        <Bring
          id={id}
          close={() => setBringing(false)}
          brought={() => {
            setBringing(false);
            return queries.invalidateQueries({ queryKey: key });
          }}
        />
      ) : null}
    </Section>
  );
}
