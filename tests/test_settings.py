"""Settings: where they come from, which wins, and what is said of a wrong one."""

from dataclasses import fields
from pathlib import Path

import pytest

from entrepot.settings import PREFIX, BadSetting, Settings, read, table


def _file(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text)
    return file


def test_option_wins_over_variable_over_file_over_default(tmp_path: Path) -> None:
    file = _file(tmp_path, 'port = 1\nhost = "a"\nissuer = "file"\n')
    environment = {"ENTREPOT_PORT": "2", "ENTREPOT_HOST": "b"}
    settings, sources = read({"port": 3, "host": None}, environment=environment, file=file)
    assert (settings.port, settings.host, settings.issuer) == (3, "b", "file")
    assert settings.data == Path("var")
    assert {name: sources[name] for name in ("port", "host", "issuer", "data")} == {
        "port": "option",
        "host": "environment",
        "issuer": str(file),
        "data": "default",
    }


def test_a_variable_names_the_settings_file(tmp_path: Path) -> None:
    file = _file(tmp_path, "port = 7\n")
    assert read(environment={"ENTREPOT_CONFIG": str(file)})[0].port == 7


def test_the_default_file_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read(environment={})[0] == Settings()
    (tmp_path / "entrepot.toml").write_text("port = 9\n")
    assert read(environment={})[0].port == 9


def test_every_setting_can_be_given_in_a_variable() -> None:
    samples = {
        "port": "1", "data": "d", "access_log": "no", "header_timeout_s": "1.5", "shutdown_s": "2",
        "log_format": "json", "log_level": "error", "database": "postgresql://h/d", "nats": "nats://h",
        "smtp": "smtp://h", "traces": "http://h", "osmand_port": "off", "mqtt_port": "1884",
        "mqtt_broker": "mqtt://h", "reader_wait_events": "5000", "reader_wait_days": "30",
        "disk_floor_mb": "5", "drain_s": "1.5", "mqtts_port": "8884", "operators_port": "9080",
        "device_tls": "required", "forwarded_by": "forwarded", "mqtt_connections_per_address": "3",
        "database_connections": "5", "backup_keep": "3", "backup_every": "6h",
    }  # fmt: skip
    for each in fields(Settings):
        text = samples.get(each.name, "https://x" if each.metadata["schemes"] else "x")
        settings, sources = read(environment={f"{PREFIX}{each.name.upper()}": text})
        assert sources[each.name] == "environment"
        assert getattr(settings, each.name) != each.default, each.name


def test_lists_are_split_at_commas_and_toml_lists_taken(tmp_path: Path) -> None:
    assert read(environment={"ENTREPOT_CONTEXTS": "user, monitor,"})[0].contexts == ("user", "monitor")
    file = _file(tmp_path, 'contexts = ["user", "monitor"]\n')
    assert read(environment={}, file=file)[0].contexts == ("user", "monitor")


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("PORT", "abc", "ENTREPOT_PORT cannot be 'abc': it is a whole number."),
        ("MQTT_PORT", "no", "ENTREPOT_MQTT_PORT cannot be 'no': it is a whole number, or off."),
        ("OSMAND_PORT", "70000", "ENTREPOT_OSMAND_PORT cannot be '70000': it is from 0 to 65535."),
        ("PORT", "", "ENTREPOT_PORT cannot be '': it is a whole number."),
        ("PORT", "70000", "ENTREPOT_PORT cannot be '70000': it is from 0 to 65535."),
        ("SHUTDOWN_S", "-1", "ENTREPOT_SHUTDOWN_S cannot be '-1': it is from 0 to 86400."),
        ("SHUTDOWN_S", "nan", "ENTREPOT_SHUTDOWN_S cannot be 'nan': it is from 0 to 86400."),
        ("ACCESS_LOG", "maybe", "ENTREPOT_ACCESS_LOG cannot be 'maybe': it is true or false."),
        ("LOG_FORMAT", "xml", "ENTREPOT_LOG_FORMAT cannot be 'xml': it is one of auto, human, json."),
        ("TRACES", "h:4318", "ENTREPOT_TRACES cannot be 'h:4318': it begins with http:// or https://."),
        ("PROT", "1", "ENTREPOT_PROT is not a setting. Did you mean ENTREPOT_PORT?"),
    ],
)
def test_a_wrong_variable_is_named_with_what_would_fit(variable: str, text: str, said: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read(environment={f"{PREFIX}{variable}": text})
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 1", "prot (in FILE) is not a setting. Did you mean port?"),
        ("port = true", "port (in FILE) cannot be True: it is a whole number."),
        ("port = 1.5", "port (in FILE) cannot be 1.5: it is a whole number."),
        ("host = 5", "host (in FILE) cannot be 5: it is a text."),
        ("contexts = [1]", "contexts (in FILE) cannot be [1]: it is a list of texts, separated by commas."),
        ("port = ", "FILE is not TOML: Invalid value (at end of document)."),
    ],
)
def test_a_wrong_line_in_the_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = _file(tmp_path, text)
    with pytest.raises(BadSetting) as refused:
        read(environment={}, file=file)
    told = str(refused.value).replace(str(file), "FILE")
    assert told == said or (text == "port = " and told.startswith("FILE is not TOML: Invalid value"))


def test_a_named_file_must_be_there_and_be_text(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"There is no settings file .*--config"):
        read(environment={}, file=tmp_path / "none.toml")
    with pytest.raises(BadSetting, match="cannot be read: Is a directory"):
        read(environment={}, file=tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadSetting, match="is not TOML"):
        read(environment={}, file=tmp_path / "bytes.toml")


def test_everything_that_may_hold_a_password_is_a_secret() -> None:
    secrets = {each.name for each in fields(Settings) if each.metadata["secret"]}
    assert {"database", "nats", "master_key", "retired_master_keys", "smtp"} <= secrets


def test_secrets_are_neither_listed_nor_told_in_a_refusal() -> None:
    shown = table(*read(environment={"ENTREPOT_DATABASE": "postgresql://u:hush@h/d"}))
    assert "hush" not in str(shown)
    assert next(each.value for each in shown if each.name == "database") == "(set, not shown)"
    with pytest.raises(BadSetting) as refused:
        read(environment={"ENTREPOT_DATABASE": "mysql://u:hush@h/d"})
    assert str(refused.value) == (
        "ENTREPOT_DATABASE does not fit: it begins with postgresql:// or postgres://."
    )


def test_secret_may_stand_in_a_file_that_a_variable_names(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("smtp://u:hush@h:25\n")  # as every editor ends it
    (tmp_path / "retired").write_bytes(b"\xef\xbb\xbfA=\r\nB=\r\n")
    named = {
        "ENTREPOT_SMTP_FILE": str(tmp_path / "smtp"),
        "ENTREPOT_RETIRED_MASTER_KEYS_FILE": str(tmp_path / "retired"),
    }
    settings, sources = read(environment=named)
    assert settings.smtp == "smtp://u:hush@h:25"
    assert settings.retired_master_keys == ("A=", "B=")
    assert sources["smtp"] == "file of a secret"
    assert "hush" not in str(table(settings, sources))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, r"ENTREPOT_SMTP_FILE names .*/smtp, which cannot be read: No such file or directory\."),
        (b"", r"ENTREPOT_SMTP_FILE names .*/smtp, which is empty\."),
        (b"\n\n", r"ENTREPOT_SMTP_FILE names .*/smtp, which is empty\."),
        (b"\xff\xfehush", r"ENTREPOT_SMTP_FILE names .*/smtp, which is no text in UTF-8\."),
        (b"hush" * 20_000, r"ENTREPOT_SMTP_FILE names .*/smtp, which is too large for a secret\."),
        (b"hush", r"The file that ENTREPOT_SMTP_FILE names does not fit: it begins with smtp:// or "),
    ],
)
def test_secret_file_that_makes_no_sense_is_named_and_its_content_is_not(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "smtp").write_bytes(content)
    with pytest.raises(BadSetting, match=said) as refused:
        read(environment={"ENTREPOT_SMTP_FILE": str(tmp_path / "smtp")})
    assert "hush" not in str(refused.value)


def test_only_secrets_stand_in_files_and_only_once(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("smtp://h")
    both = {"ENTREPOT_SMTP": "smtp://h", "ENTREPOT_SMTP_FILE": str(tmp_path / "smtp")}
    with pytest.raises(BadSetting, match="ENTREPOT_SMTP and ENTREPOT_SMTP_FILE are both set"):
        read(environment=both)
    with pytest.raises(BadSetting, match="ENTREPOT_PORT_FILE is not a setting"):
        read(environment={"ENTREPOT_PORT_FILE": str(tmp_path / "smtp")})
