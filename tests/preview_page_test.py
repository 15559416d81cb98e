#!/usr/bin/env python3
"""The page of --preview in a browser: every series is drawn, light and dark, and nothing in it does anything else."""
import os
import unittest

import chromium
import harness
from preview_test import DATADOG, EVERYTHING, PROMETHEUS, SHOP, apm, metric_line, point

LIGHT, DARK = (0x24, 0x68, 0xd8), (0x6e, 0xa8, 0xff)  # --chart-1 of page.css


class Browser(harness.Scratch):
    """The page in a Chromium."""

    def page(self, *args, name="p.html"):
        """Makes one: (its path, the report)."""
        path = os.path.join(self.scratch, name)
        result = harness.run(*args, "--preview", path, "--json")
        self.assertIn(result.status, (0, 1), str(result))
        return path, result.report()

    def test_every_series_has_a_chart(self):
        block = dict(PROMETHEUS, metrics=[{"sourceMetric": "checks", "keepTags": ["check"]}])
        path, report = self.page(SHOP, *apm(block, DATADOG))
        dom, asked = chromium.dom(path, (1280, 20000))
        series = sum(destination["series"] for destination in report["destinations"])
        self.assertGreater(series, 20)
        self.assertEqual(dom.count('<article class="series'), series)
        self.assertEqual(dom.count("<canvas"), series)
        for destination in report["destinations"]:
            for metric in destination["metrics"]:
                self.assertIn(f">{metric['target']}<", dom)
        self.assertIn(f"{series} series</output>", dom)
        self.assertEqual(asked, [])

    def test_what_a_page_asks_for_is_seen(self):
        page = self.write("p.html", b'<!doctype html><title>x</title><img src="http://127.0.0.1:9/x.png">')
        self.assertIn("http://127.0.0.1:9/x.png", chromium.dom(page)[1])

    def test_what_comes_from_outside_does_nothing(self):
        evil = ("</script><script>document.title='taken'</script>"
                "<img src=http://127.0.0.1:9/x onerror=\"document.title='taken'\">")
        lines = [metric_line("load", "gauge"), point("load", 0, 1, {"name": evil, "<b>bold</b>": "\u2028<!--"})]
        run = self.write("evil.json", "\n".join(lines).encode() + b"\n")
        block = dict(PROMETHEUS, metrics=["load"], includeDefaultMetrics=False)
        path, _ = self.page(run, *apm(block), "--keep-tags", "all", "--test-run-id", evil)
        dom, asked = chromium.dom(path)
        self.assertIn("<title>k6apm preview</title>", dom)
        self.assertEqual(dom.count("<canvas"), 1)
        self.assertNotIn("<img", dom)
        self.assertNotIn("<b>bold", dom)
        self.assertIn("&lt;/script&gt;&lt;script&gt;document.title", dom)
        self.assertEqual(asked, [])

    def test_the_chart_is_drawn_light_and_dark(self):
        block = dict(PROMETHEUS, metrics=["http_reqs"], includeDefaultMetrics=False)
        path, _ = self.page(SHOP, *apm(block))
        for dark, colour, other in ((False, LIGHT, DARK), (True, DARK, LIGHT)):
            with self.subTest(dark=dark):
                image = chromium.screenshot(path, (700, 800), dark=dark)
                self.assertEqual((image.width, image.height), (700, 800))
                self.assertEqual(max(image.pixel(2, 400)) < 60, dark)
                drawn = image.like(colour)
                self.assertGreater(len({x for x, _ in drawn}), 250)  # from side to side of the card
                self.assertGreater(len({y for _, y in drawn}), 60)  # and it rises
                self.assertLess(len(image.like(other, 12)), 40)

    def test_a_single_point_stands_in_the_middle(self):
        """Of the time that all charts of the destination show."""
        run = self.write("one.json", f"{metric_line('load', 'gauge')}\n{point('load', 0, 1)}\n".encode())
        path, _ = self.page(run, *apm(dict(PROMETHEUS, metrics=["load"], includeDefaultMetrics=False)))
        drawn = [x for x, y in chromium.screenshot(path, (700, 800)).like(LIGHT) if y > 500]  # below links
        self.assertTrue(drawn)
        self.assertGreater(sum(drawn) / len(drawn), 250)
        self.assertLess(sum(drawn) / len(drawn), 450)

    def test_a_narrow_window_does_not_scroll_sideways(self):
        path, _ = self.page(SHOP, *apm(dict(PROMETHEUS, **EVERYTHING)), "--keep-tags", "all")
        wide = chromium.screenshot(path, (500, 900))
        background = wide.pixel(1, 450)
        for y in range(100, 900, 50):
            self.assertEqual(wide.pixel(498, y), background, f"row {y} reaches the edge")


if __name__ == "__main__":
    unittest.main()
