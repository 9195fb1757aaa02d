import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/call";
import { t } from "../../texts";
import { Choice } from "../../ui/form";
import { Loaded } from "../../ui/list";

export const rolesQuery = { queryKey: ["GET /api/roles"], queryFn: () => call("GET /api/roles") };

/** The roles that may be given, to tick. */
export function RoleChoice({
  chosen,
  choose,
}: {
  chosen: ReadonlySet<string>;
  choose: (roles: ReadonlySet<string>) => void;
}) {
  const roles = useQuery(rolesQuery);
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    choose(next);
  };
  return (
    <fieldset>
      <legend className="legend">{t.roles.title}</legend>
      <Loaded query={roles}>
        {({ items }) => (
          <>
            {items.map(({ name }) => (
              <Choice
                key={name}
                label={roleName(name)}
                hint={t.roleHints[name as keyof typeof t.roleHints]}
                checked={chosen.has(name)}
                onChange={() => toggle(name)}
              />
            ))}
          </>
        )}
      </Loaded>
    </fieldset>
  );
}

export function roleName(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
