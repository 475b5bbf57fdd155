"""The provider's FAQ, entry by entry: each has its cause, its remedy and its cautions.

The FAQ prints R6 twice, and the rule on addresses (S4) once more under the error mails; both are
one entry here. "Two or more dots" in it means dots in a row: `a.b.c@` is well formed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from playbook.language import LANGUAGES
from playbook.loader import load_knowledge

KNOWLEDGE = load_knowledge()

Words = dict[str, list[str]]
"""Words that must stand in a text, by language."""

RECEIVE, SEND, NEITHER = "cannot_receive", "cannot_send", "cannot_send_or_receive"
STOPPING_IS_RISKY = {"ja": ["ウイルスに感染する危険", "高ま"], "en": ["risk of a virus", "raises"]}
REVIEW_OR_STOP = {"ja": ["設定", "数分止めて", "元へお戻し"], "en": ["pause", "turn it on again"]}
WEBMAIL_LOGIN = {
    "ja": ["CAC-NETウェブメーラー", "アカウントとパスワード"],
    "en": ["CAC-NET Webmailer", "account and password"],
}
BY_MISTAKE_CHANGED_OR_GONE = {
    "ja": ["打ち間違い", "変更", "@より"],
    "en": ["mistyped", "changed", "the @"],
}


@dataclass(frozen=True)
class Entry:
    """What one entry of the FAQ says, as words to be found again in ours."""

    name: str
    symptom: str
    explains: Words
    steps: Words
    cautions: Words = field(default_factory=dict)
    contacts: tuple[str, ...] = ()
    shown_by: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.name


ENTRIES = [
    Entry(
        "R1",
        RECEIVE,
        {"ja": ["コピーをサーバーに残す", "上限"], "en": ["copy stays on the server", "limit"]},
        {
            "ja": ["詳細設定", "「サーバーにメッセージのコピーを置く」のチェックを外", "削除"],
            "en": ["advanced settings", "clear “Leave a copy", "delete"],
        },
        WEBMAIL_LOGIN,
        shown_by=(("quota_used", "full"), ("protocol", "pop")),
    ),
    Entry(
        "R2",
        RECEIVE,
        {
            "ja": ["Outlook", "Thunderbird", "自動設定", "IMAP"],
            "en": ["Outlook", "Thunderbird", "Automatic set-up", "IMAP"],
        },
        {
            "ja": ["POP3", "受信トレイへ移動", "各種マニュアル・手順一覧"],
            "en": ["POP3", "to the inbox", "Manuals and procedures"],
        },
        {"ja": ["設定し直す前に", "受信トレイ"], "en": ["Before setting up again", "to the inbox"]},
        ("manuals",),
        (("quota_used", "full"), ("protocol", "imap")),
    ),
    Entry(
        "R3",
        RECEIVE,
        {"ja": ["セキュリティソフト", "止める"], "en": ["Security software", "blocks"]},
        REVIEW_OR_STOP,
        STOPPING_IS_RISKY,
        ("security_vendor",),
        (("pause_security", "works"),),
    ),
    Entry(
        "R4",
        RECEIVE,
        {
            "ja": ["CAC-NETスパムカット", "一部のメール"],
            "en": ["CAC-NET Spam Cut", "only some mail"],
        },
        {"ja": ["CAC-NETスパムカットの画面", "変え"], "en": ["page of CAC-NET Spam Cut", "change"]},
        shown_by=(("which_missing", "one_sender"), ("spam_service_box", "found")),
    ),
    Entry(
        "R5",
        RECEIVE,
        {"ja": ["一部のメール", "受信トレイ以外"], "en": ["only some mail", "than the inbox"]},
        {"ja": ["迷惑メール", "ごみ箱"], "en": ["junk", "trash"]},
        shown_by=(("which_missing", "one_sender"), ("webmail_seen", "spam_folder")),
    ),
    Entry(
        "R6",
        RECEIVE,
        {"ja": ["写真", "動画", "資料", "上限"], "en": ["photos", "videos", "documents", "limit"]},
        {
            "ja": ["送り手の方に", "縮小", "送り直す"],
            "en": ["the sender", "photos reduced", "smaller"],
        },
        shown_by=(("which_missing", "with_attachment"),),
    ),
    Entry(
        "S1",
        SEND,
        {"ja": ["写真", "動画", "資料", "上限"], "en": ["photos", "videos", "documents", "limit"]},
        {"ja": ["縮小", "もう一度お送り"], "en": ["reduce photos", "send again"]},
        shown_by=(("who_fails", "only_big"), ("size_test", "goes")),
    ),
    Entry(
        "S2",
        SEND,
        {"ja": ["以前に送信できなかった", "送信トレイ"], "en": ["failed earlier", "outbox"]},
        {"ja": ["送信トレイ", "削除", "もう一度お送り"], "en": ["outbox", "Delete", "send again"]},
        shown_by=(("outbox", "stuck_old"),),
    ),
    Entry(
        "S3",
        SEND,
        {
            "ja": ["テザリング", "モバイルルーター", "他社の回線"],
            "en": ["tethering", "mobile router", "another provider's line"],
        },
        {
            "ja": ["各種マニュアル・手順一覧", "「他プロバイダでのCAC-NETメール送信について」"],
            "en": ["Manuals and procedures", "Sending CAC-NET mail through another provider"],
        },
        contacts=("manuals",),
        shown_by=(("line_used", "other"),),
    ),
    Entry(
        "S4",
        SEND,
        {
            "ja": ["点が二つ以上続い", "@のすぐ前に点", "RFC", "携帯電話からは送れても"],
            "en": [
                "two or more dots in a row",
                "dot right before",
                "RFC",
                "Mobile phones may reach",
            ],
        },
        {"ja": ["別のアドレス"], "en": ["another address"]},
        shown_by=(("address_form", "bad_dot"),),
    ),
    Entry(
        "B1",
        SEND,
        BY_MISTAKE_CHANGED_OR_GONE,
        {"ja": ["1文字ずつ", "アドレスが変わって"], "en": ["letter by letter", "has changed"]},
        {
            "ja": ["迷惑メールと判断", "言い切らない"],
            "en": ["took the mail for spam", "Never state"],
        },
        shown_by=(("bounce_text", "b1"),),
    ),
    Entry(
        "B2",
        SEND,
        BY_MISTAKE_CHANGED_OR_GONE | {"en": ["mistyped", "changed", "after the @"]},
        {"ja": ["@より後", "アドレスが変わった"], "en": ["after the @", "may have changed"]},
        shown_by=(("bounce_text", "b2"),),
    ),
    Entry(
        "B3",
        SEND,
        {"ja": ["相手", "容量がいっぱい"], "en": ["recipient's mailbox", "no room"]},
        {"ja": ["消していただく"], "en": ["to delete some mail"]},
        shown_by=(("bounce_text", "b3"),),
    ),
    Entry(
        "B4",
        SEND,
        {"ja": ["上限より大きかった"], "en": ["larger than the far side"]},
        {"ja": ["縮小"], "en": ["reduce photos"]},
        shown_by=(("bounce_text", "b4"),),
    ),
    Entry(
        "B5",
        SEND,
        {
            "ja": ["何度か送信を試み", "ネットワーク", "止まって"],
            "en": ["several times", "network", "down"],
        },
        {"ja": ["時間おいて", "もう一度お送り"], "en": ["Send again after a few hours"]},
        shown_by=(("bounce_text", "b5"),),
    ),
    Entry(
        "N1",
        NEITHER,
        {
            "ja": ["インターネットそのもの", "まず接続を元に"],
            "en": ["not on the internet", "first"],
        },
        {"ja": ["ホームページ", "電源"], "en": ["web pages", "router"]},
        contacts=("line_desk",),
        shown_by=(("web_pages", "no"),),
    ),
    Entry(
        "N2",
        NEITHER,
        {
            "ja": ["アカウント名とパスワードを何度も聞かれる"],
            "en": ["asked for account and password"],
        },
        {"ja": ["1項目ずつ直して"], "en": ["correct one item after the other"]},
        {"ja": ["受信済みのメールが消える"], "en": ["delete the mail received"]},
        ("manuals",),
        (("auth_prompt", "yes"),),
    ),
    Entry(
        "N2",
        NEITHER,
        {"ja": ["解約したプロバイダー", "古いアカウント"], "en": ["an earlier provider"]},
        {"ja": ["削除なさることをお勧め"], "en": ["recommend removing"]},
        {"ja": ["受信したメールも消える", "控え"], "en": ["delete the mail received", "copy"]},
        shown_by=(("auth_prompt", "yes"), ("error_account", "other")),
    ),
    Entry(
        "N3",
        NEITHER,
        {"ja": ["セキュリティソフト", "止める"], "en": ["Security software", "blocks"]},
        REVIEW_OR_STOP,
        STOPPING_IS_RISKY,
        ("security_vendor",),
        (("pause_security", "works"),),
    ),
]

NAMES = [
    *("R1", "R2", "R3", "R4", "R5", "R6"),
    *("S1", "S2", "S3", "S4", "S5"),
    *("B1", "B2", "B3", "B4", "B5"),
    *("N1", "N2", "N3"),
]


def causes_of(name):
    return [cause for cause in KNOWLEDGE.causes if name in cause.seed]


def cause_of(entry):
    """The cause that covers the entry: the one whose explanation has the entry's words."""
    found = [
        cause
        for cause in causes_of(entry.name)
        if not missing(entry.explains["ja"], cause.explains.ja)
    ]
    assert [entry.name] == [entry.name for _ in found], found
    return found[0]


def remedy_of(entry):
    return KNOWLEDGE.remedy[cause_of(entry).remedy]


def missing(words, text):
    return [word for word in words if word not in text]


def read_out(texts, language):
    return "\n".join(text.of(language) for text in texts)


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_of_the_source_document_has_a_cause_and_nothing_else_claims_to_be_one(name):
    assert causes_of(name)
    assert {name for cause in KNOWLEDGE.causes for name in cause.seed} == set(NAMES)


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_cause_explains_what_the_document_says(entry, language):
    cause = cause_of(entry)
    assert entry.symptom in cause.how_common
    assert not missing(entry.explains[language], cause.explains.of(language))


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_remedy_can_be_read_out_step_by_step(entry, language):
    steps = read_out(remedy_of(entry).steps, language)
    assert not missing(entry.steps[language], steps)
    assert remedy_of(entry).verify.of(language)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.cautions], ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_caution_is_read_out_before_the_steps(entry, language):
    cautions = read_out(remedy_of(entry).cautions, language)
    assert not missing(entry.cautions[language], cautions)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.contacts], ids=str)
def test_its_remedy_says_where_to_turn_next(entry):
    assert set(entry.contacts) <= set(remedy_of(entry).contacts)
    assert set(entry.contacts) <= set(KNOWLEDGE.contact)


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_what_shows_the_cause_is_asked_for(entry):
    cause = cause_of(entry)
    for check, outcome in entry.shown_by:
        assert cause.shown_by[check][outcome].share >= 0.5
        asked_for = KNOWLEDGE.check[check].symptoms
        assert not asked_for or entry.symptom in asked_for


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("b1", "User unknown"),
        ("b2", "Host unknown"),
        ("b3", "mailbox full"),
        ("b4", "too large"),
        ("b5", "could not be delivered"),
    ],
)
def test_the_words_of_an_error_mail_lead_to_its_class(outcome, words):
    says = {each.id: each.says for each in KNOWLEDGE.check["bounce_text"].outcomes}
    assert words in says[outcome].ja
    assert words.lower() in says[outcome].en.lower()
    (cause,) = causes_of(outcome.upper())
    assert "S5" in cause.seed
    assert cause.bounce_reasons


def test_each_class_of_error_mail_is_also_a_reason_the_reader_finds():
    for name in ("B1", "B2", "B3", "B4", "B5"):
        reasons = [reason.id for reason in KNOWLEDGE.reasons if name in reason.seed]
        (cause,) = causes_of(name)
        assert reasons
        assert set(reasons) & set(cause.bounce_reasons)


def test_single_dots_in_an_address_are_said_to_be_fine():
    how = KNOWLEDGE.check["address_form"].how
    assert how is not None
    assert "a.b.c@" in how.ja
    assert "a.b.c@" in how.en


def test_the_customer_is_told_to_type_the_password_and_never_asked_for_it():
    for check in ("webmail_login", "settings_match"):
        asks = KNOWLEDGE.check[check].asks
        assert "必要はございません" in asks.ja or "お読みにならなくて結構" in asks.ja
        assert "no need to tell me" in asks.en or "do not read the password" in asks.en


def test_the_customer_can_always_be_sent_to_the_provider():
    support = KNOWLEDGE.contact["support_desk"]
    assert "インターネットからお問合せ" in support.says.ja
    assert support.link in KNOWLEDGE.link
