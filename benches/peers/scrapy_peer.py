"""Crawls the hosts given as addresses with Scrapy and stores every answer in a WARC file (warcio).

scrapy_peer.py CONCURRENT WARC ADDRESS... prints one line of JSON: pages, bytes, seconds.
"""

import io
import json
import sys
import time

import scrapy
from scrapy.crawler import CrawlerProcess
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


class Peer(scrapy.Spider):
    name = "peer"
    custom_settings = {
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "RETRY_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    }

    def __init__(self, addresses, writer):
        super().__init__()
        self.addresses = addresses
        self.writer = writer
        self.pages = 0
        self.bytes = 0

    async def start(self):
        for address in self.addresses:
            yield scrapy.Request(address)

    def parse(self, response):
        self.pages += 1
        self.bytes += len(response.body)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        head = StatusAndHeaders(f"{response.status} OK", headers, protocol="HTTP/1.1")
        record = self.writer.create_warc_record(
            response.url, "response", payload=io.BytesIO(response.body), http_headers=head
        )
        self.writer.write_record(record)
        here = response.url.split("/", 3)[2]
        for link in response.css("a::attr(href)").getall():
            url = response.urljoin(link)
            if url.split("/", 3)[2:3] == [here]:
                yield scrapy.Request(url)


def main():
    concurrent, warc, *addresses = sys.argv[1:]
    begun = time.monotonic()
    with open(warc, "wb") as out:
        process = CrawlerProcess({"CONCURRENT_REQUESTS": int(concurrent)})
        crawler = process.create_crawler(Peer)
        process.crawl(crawler, addresses=addresses, writer=WARCWriter(out, gzip=True))
        process.start()
    peer = crawler.spider
    figures = {
        "pages": peer.pages,
        "body_megabytes": round(peer.bytes / 1e6, 3),
        "seconds": round(time.monotonic() - begun, 3),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
