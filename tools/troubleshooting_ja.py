# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/ja/troubleshooting.md: each cause in Japanese, in the chapters of TROUBLESHOOTING.md.

The Japanese texts are in docs/ja/causes.yml, beside the English ones that they translate: if the tables of causes say
something else now, the translation has to be read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import troubleshooting
import yaml
from gallery import set_ups

FOLDER = Path(__file__).parents[1] / "docs" / "ja"
PAGE = FOLDER / "troubleshooting.md"
TEXTS = FOLDER / "causes.yml"
# Fields of a cause in the file: the English texts that were translated, and the Japanese ones.
ENGLISH = ("title", "remedy")
JAPANESE = ("symptom", "first")
_ENGLISH_PAGE = "../../TROUBLESHOOTING.md"
_INTRODUCTION = f"""\
<!-- Made by `make troubleshooting` from docs/ja/causes.yml: change this file. -->
# FTP のトラブルシューティング: 原因の索引

[English]({_ENGLISH_PAGE}) · [日本語のページの一覧](index.md)

「ログインの後で FTP が止まる」という症状には、多くの原因があります。しかも、多くのクライアントはサーバーの不備を\
黙って補います。まず、クライアントがいる場所からプローブを実行します。

```yaml
- mxlab.ftp.ftp_probe:
    host: ftp.example.com
    user: probe
    password: "{{{{ ftp_probe_password }}}}"
    passive_ports: 61000-61099
  delegate_to: vps.example.net
```

プローブは、検出結果 (finding) ごとに、調べる箇所と変える設定を示します。検出結果の `message` は、下にある英語の\
見出しと同じです。プローブを使わずに調べるときは、サーバーの応答 (`530 Login incorrect` など) をこのページ内で\
検索します。

各項目は、症状 (不具合の箇所)、英語の見出し、まず行うことの順です。英語の見出しのリンク先に、詳しい説明、サーバーごとの\
設定、次に行う測定があります (英語)。セキュリティを弱める対策は載せていません。[英語のページの最後の表](\
{_ENGLISH_PAGE}#remedies-that-weaken-security)に、必要な根拠と代償があります。

最後の章の検出結果は、複数の場所で測った結果を比べて得ます。比べるのは、プレイブック `mxlab.ftp.probe` と\
フィルター `mxlab.ftp.probe_report` です。

用語は[用語集](glossary.md)にあります。
"""

Texts = Mapping[str, Any]


def texts() -> Texts:
    """Return the file of Japanese texts: names of chapters, names of layers, and the causes by id."""
    found: Texts = yaml.safe_load(TEXTS.read_text())
    return found


def page(found: Texts) -> str:
    """Return the text of the page."""
    chapters = (line for chapter in troubleshooting.CHAPTERS for line in _chapter(chapter, found))
    return "\n".join([_INTRODUCTION, *chapters])


def _chapter(name: str, found: Texts) -> Iterator[str]:
    yield f"## {found['chapters'][name]}\n"
    for cause in troubleshooting.CHAPTERS[name]:
        yield from _entry(cause.id, found)
    yield ""


def _entry(cause: str, found: Texts) -> Iterator[str]:
    text = found["causes"][cause]
    yield f'- <a id="{cause}"></a>**{text["symptom"]}** ({found["layers"][set_ups.KNOWN[cause].layer]})<br>'
    yield f"  [{text['title']}]({_ENGLISH_PAGE}#{cause})<br>"
    yield f"  {text['first']}"


if __name__ == "__main__":
    PAGE.write_text(page(texts()))
