"""The same promises in other languages (one edit each)."""

from probes.probe import silent, told

PROBES = (
    told(
        "a German “nicht” that is dropped",
        "german.html",
        "Wir verkaufen Ihre Daten nicht an Dritte.",
        "Wir verkaufen Ihre Daten an Dritte.",
    ),
    told(
        "a German “dürfen” that becomes “werden”",
        "german.html",
        "dürfen wir eine Auskunft",
        "werden wir eine Auskunft",
    ),
    told(
        "a German “nur” that is dropped",
        "german.html",
        "per E-Mail nur, wenn",
        "per E-Mail, wenn",
    ),
    told(
        "a German term in days",
        "german.html",
        "innerhalb von 30 Tagen",
        "innerhalb von 60 Tagen",
    ),
    told(
        "a German term in words",
        "german.html",
        "speichern wir drei Monate",
        "speichern wir sechs Monate",
    ),
    told(
        "a German “kann” that becomes “muss”",
        "german.html",
        "können Sie der Prüfung widersprechen",
        "müssen Sie der Prüfung widersprechen",
    ),
    silent(
        "German quotes and dashes",
        "german.html",
        "ernst. Diese Erklärung sagt",
        "ernst.&nbsp;Diese Erklärung sagt",
    ),
    silent(
        "a German reference that follows its number",
        "german.html",
        "Gemäß § 4 können",
        "Gemäß § 5 können",
        "<h2>§ 4 Ihre",
        "<h2>§ 5 Ihre",
    ),
    silent(
        "a German date in digits",
        "german.html",
        "Stand: 1. März 2025",
        "Stand: 01.03.2025",
    ),
    silent(
        "a German section with another mark",
        "german.html",
        "<h2>§ 1 Bestellungen",
        "<h2>1. Bestellungen",
    ),
    silent(
        "a German abbreviation without its space",
        "german.html",
        "z. B. Lastschrift",
        "z.B. Lastschrift",
    ),
    silent("Swiss spelling", "german.html", "Gemäß § 4 können", "Gemäss § 4 können"),
    told(
        "a French “ne … pas” that is dropped",
        "french.html",
        "Nous ne conservons pas votre numéro",
        "Nous conservons votre numéro",
    ),
    told(
        "a French “pouvons” that is dropped",
        "french.html",
        "Nous pouvons enregistrer les appels",
        "Nous enregistrons les appels",
    ),
    told(
        "a French “jamais” that becomes “parfois”",
        "french.html",
        "ne quittent jamais l’Union",
        "quittent parfois l’Union",
    ),
    told(
        "a French term in words", "french.html", "pendant trois ans", "pendant dix ans"
    ),
    told(
        "a French right that is narrowed",
        "french.html",
        "sans donner de motif",
        "en donnant un motif",
    ),
    silent(
        "French spaces before a colon",
        "french.html",
        "Écrivez-nous : nous",
        "Écrivez-nous\u202f: nous",
    ),
    silent("a French apostrophe", "french.html", "l’historique", "l'historique"),
    silent("a French date in digits", "french.html", "15 janvier 2025", "15/01/2025"),
    silent(
        "a French copyright year", "french.html", "© 2025 Mirabelle", "© 2026 Mirabelle"
    ),
    silent(
        "a French menu",
        "french.html",
        '<a href="/recettes">Recettes</a>',
        '<a href="/recettes">Recettes</a> <a href="/cadeaux">Cadeaux</a>',
    ),
    told(
        "a Spanish “no” that is dropped",
        "spanish.html",
        "No vendemos sus datos",
        "Vendemos sus datos",
    ),
    told(
        "a Spanish “solo” that becomes “también”",
        "spanish.html",
        "Usamos su ubicación solo durante",
        "Usamos su ubicación también después",
    ),
    told("a Spanish percentage", "spanish.html", "es del 8 %", "es del 12 %"),
    told(
        "a Spanish “podemos” that becomes “debemos”",
        "spanish.html",
        "Podemos comprobar",
        "Debemos comprobar",
    ),
    silent(
        "a Spanish date in digits",
        "spanish.html",
        "10 de febrero de 2025",
        "10.02.2025",
    ),
    silent(
        "a Spanish reference that follows its number",
        "spanish.html",
        "cláusula 2",
        "cláusula 3",
        "<h2>2. Pagos",
        "<h2>3. Pagos",
    ),
    told(
        "a Japanese negation",
        "japanese.html",
        "利用者の位置情報を取得しません",
        "利用者の位置情報を取得します",
    ),
    told(
        "a Japanese term in days",
        "japanese.html",
        "退会の日から30日以内",
        "退会の日から90日以内",
    ),
    told(
        "a Japanese clause that is added",
        "japanese.html",
        "ただし、法令に基づく場合を除きます。",
        "ただし、法令に基づく場合および広告会社に提供する場合を除きます。",
    ),
    told(
        "a Japanese sentence that is gone",
        "japanese.html",
        "日記の内容を広告のために利用することはありません。",
        "",
    ),
    silent(
        "Japanese digits of full width",
        "japanese.html",
        "退会の日から30日以内",
        "退会の日から３０日以内",
    ),
    silent(
        "a Japanese paragraph that is split",
        "japanese.html",
        "取得します。当社は、利用者の位置",
        "取得します。</p>\n<p>当社は、利用者の位置",
    ),
    silent(
        "a Japanese date in another format",
        "japanese.html",
        "2025年2月1日",
        "2025-02-01",
    ),
    silent(
        "a Japanese menu",
        "japanese.html",
        '<a href="/login">ログイン</a>',
        '<a href="/login">ログイン</a> <a href="/help">ヘルプ</a>',
    ),
    silent(
        "a Japanese paragraph with a line break",
        "japanese.html",
        "サービスの提供と改善",
        "サービスの提供と\n改善",
    ),
)
