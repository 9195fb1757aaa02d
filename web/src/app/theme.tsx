import { useState } from "react";
import { t } from "../texts";
import { Icon, type IconName } from "../ui/icon";

const THEMES: readonly { name: "system" | "light" | "dark"; icon: IconName }[] = [
  { name: "system", icon: "system" },
  { name: "light", icon: "sun" },
  { name: "dark", icon: "moon" },
];
const STORED = "entrepot.theme";

/** The system's theme, or the one that was chosen here; `public/theme.js` applies it before the first paint. */
export function ThemeSwitch() {
  const [chosen, setChosen] = useState(() => document.documentElement.dataset.theme ?? "system");
  const choose = (name: string) => {
    if (name === "system") {
      delete document.documentElement.dataset.theme;
      localStorage.removeItem(STORED);
    } else {
      document.documentElement.dataset.theme = name;
      localStorage.setItem(STORED, name);
    }
    setChosen(name);
  };
  return (
    <fieldset className="themes">
      <legend className="offscreen">{t.shell.theme}</legend>
      {THEMES.map(({ name, icon }) => (
        <label key={name} title={t.shell.themes[name]}>
          <input
            type="radio"
            name="theme"
            className="offscreen"
            checked={chosen === name}
            onChange={() => choose(name)}
          />
          <Icon name={icon} size={17} />
          <span className="offscreen">{t.shell.themes[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}
