import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import type { Delivery } from "../../api/routes";
import { t } from "../../texts";
import { List, Row } from "../../ui/list";
import { Pick } from "../../ui/inputs";
import { Time } from "../../ui/time";
import { Doing } from "../../ui/doing";

const STATES = ["dead", "waiting", "held", "delivered", "cancelled"] as const;
type State = (typeof STATES)[number] | "";

/** The record of what was sent; what is dead can be sent again. */
export function Deliveries() {
  const queries = useQueryClient();
  const [status, setStatus] = useState<State>("");
  const replay = async (id: string) => {
    await call("POST /api/deliveries/{id}/replay", { path: { id } });
    await queries.invalidateQueries({ queryKey: listOf("GET /api/deliveries").queryKey });
  };
  const options = [
    { value: "", text: t.deliveries.all },
    ...STATES.map((state) => ({ value: state, text: t.deliveries.states[state] })),
  ];
  return (
    <>
      <Pick
        name="status"
        label={t.deliveries.show}
        options={options}
        value={status}
        onChange={(event) => setStatus(event.currentTarget.value as State)}
      />
      <List name="GET /api/deliveries" narrowed={{ status }} empty={t.deliveries.empty}>
        {(delivery) => <DeliveryRow key={delivery.id} delivery={delivery} replay={replay} />}
      </List>
    </>
  );
}

function DeliveryRow({ delivery, replay }: { delivery: Delivery; replay: (id: string) => Promise<void> }) {
  const { id, kind, channel, recipient, status, withdrawal, attempts, created_at, due_at, error } = delivery;
  return (
    <Row
      name={
        <>
          <span className="mono">{kind}</span>
          <span className={status === "dead" ? "badge bad" : "badge grey"}>
            {t.deliveries.states[status]}
          </span>
          {withdrawal ? <span className="badge grey">{t.deliveries.withdrawal}</span> : null}
        </>
      }
      about={
        <>
          {t.deliveries.to(t.deliveries.channels[channel], recipient)}
          {" · "}
          <Time at={created_at} />
          {attempts ? ` · ${t.deliveries.attempts(attempts)}` : ""}
          {due_at && status === "waiting" && attempts ? (
            <>
              {" · "}
              {t.deliveries.next} <Time at={due_at} />
            </>
          ) : null}
          {error ? (
            <>
              <br />
              {error}
            </>
          ) : null}
        </>
      }
    >
      {channel === "webhook" && status === "dead" ? (
        <Doing label={t.deliveries.replay} name={t.deliveries.replayNamed(kind)} perform={() => replay(id)} />
      ) : null}
    </Row>
  );
}
