import { Link } from "react-router";
import { useMe } from "../api/me";
import { t } from "../texts";
import { Icon } from "../ui/icon";
import { Page } from "../ui/page";
import { pages } from "./features";
import { menuOf, useViewer } from "./menu";

/** Where everybody begins: what they can do here. */
export function Home() {
  const me = useMe();
  const viewer = useViewer();
  if (!me.data || !viewer) return null;
  return (
    <Page title={t.home.greeting(me.data.name.split(" ")[0] ?? "")} lead={t.home.lead}>
      {menuOf(pages, viewer).map(({ group, entries }) => (
        <section className="part" key={group}>
          <h2>{t.groups[group]}</h2>
          <ul className="tiles">
            {entries.map((entry) => (
              <li key={entry.path}>
                <Link className="card" to={entry.path}>
                  <Icon name={entry.icon} size={24} />
                  <h3>{entry.text}</h3>
                  <p>{entry.about}</p>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}
