import type { DeviceWithSecret } from "../../api/routes";
import type { t } from "../../texts";

export type WayName = keyof (typeof t)["setUp"]["ways"];
type Value = keyof (typeof t)["setUp"]["values"];

/** A way of sending: a link that sets the app up, and what it says to whoever types. */
export interface Way {
  name: WayName;
  link: string | null;
  values: [Value, string][];
}

export function waysOf({ username, password, setup }: DeviceWithSecret): Way[] {
  const credential: Way["values"] = [
    ["username", username],
    ["password", password],
  ];
  const { owntracks_http: http, owntracks_mqtt: mqtt, traccar } = setup;
  const ways: (Way | null)[] = [
    {
      name: "owntracks_http",
      link: http.link,
      values: [["mode", "HTTP"], ["url", String(http.configuration.url)], ...credential],
    },
    mqtt && {
      name: "owntracks_mqtt",
      link: mqtt.link,
      values: [
        ["mode", "MQTT"],
        ["host", String(mqtt.configuration.host)],
        ["port", String(mqtt.configuration.port)],
        ...credential,
      ],
    },
    {
      name: "traccar",
      link: traccar.link,
      values: [
        ["url", traccar.url],
        ["id", traccar.id],
      ],
    },
    { name: "other", link: null, values: [["url", asked(traccar.url, username)]] },
  ];
  return ways.filter((way) => way !== null);
}

/** As OsmAnd and scripts write it, with places to fill in. */
function asked(url: string, username: string): string {
  const places = "lat={0}&lon={1}&timestamp={2}&hdop={3}&altitude={4}&speed={5}&bearing={6}";
  const target = new URL(url);
  target.searchParams.set("id", username);
  return `${target.href}&${places}`;
}
