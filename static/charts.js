/* Charts draw what their JSON says: {type, x, series: [{name, column, unit, data}]}, the numbers of the table beside them, so they are hidden from screen readers. */
(function () {
  "use strict";
  var font = getComputedStyle(document.body).fontFamily;
  var token = function (name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); };
  var shades = function () { return [token("--qy-navy"), "#b9c4cf", token("--qy-blue"), token("--qy-ink-3")]; };
  var words = function (data, more) {
    return Object.assign({ type: "category", data: data.x, axisTick: { show: false }, axisLine: { lineStyle: { color: "#c2cbd4" } } }, more);
  };
  var numbers = function (more) {
    var ink = token("--qy-ink-3");
    return Object.assign({ splitNumber: 3, axisLabel: { color: ink, fontSize: 12 }, splitLine: { lineStyle: { color: token("--qy-line") } } }, more);
  };
  var percent = { min: 0, max: 100, interval: 50 };
  // One frame: every series against the same numbers. Values stand on the bars, so that a printed chart can be read.
  var plain = function (kind, stack) {
    return function (data, paper) {
      var shade = shades(), isShare = data.series.every(function (one) { return one.unit === "%"; });
      var label = { formatter: isShare ? "{value}%" : "{value}", color: token("--qy-ink-3"), fontSize: 12 };
      return {
        animation: false,
        textStyle: { fontFamily: font },
        legend: data.series.length > 1 ? { top: 0, right: 0, itemHeight: 8, textStyle: { fontSize: 12 } } : undefined,
        grid: { left: paper ? 48 : 56, right: 12, top: 28, bottom: 28 },
        xAxis: words(data, { axisLabel: { color: token("--qy-ink-2"), fontSize: 12 } }),
        yAxis: numbers(Object.assign({ axisLabel: label }, isShare ? percent : {})),
        series: data.series.map(function (one, n) {
          return {
            name: one.name, type: kind, stack: stack ? "all" : undefined, data: one.data, barMaxWidth: 40, symbol: "circle", symbolSize: 6,
            itemStyle: { color: shade[n % shade.length] }, lineStyle: { color: shade[n % shade.length], width: 2 },
            label: { show: !stack, position: "top", fontSize: 12, color: token("--qy-ink-2"), formatter: "{c}" + one.unit }
          };
        })
      };
    };
  };
  var draw = {
    bar: plain("bar", false),
    stacked: plain("bar", true),
    line: plain("line", false),
    // Bars above, the share as a line below, on one set of months: two scales never share a frame. Columns line up with the table's.
    bars_and_line: function (data, paper) {
      var navy = token("--qy-navy"), label = paper ? 62 : 76, high = paper ? 104 : 150, low = paper ? 42 : 66, top = 18, last = data.x.length - 1;
      var bars = ["#b9c4cf", navy], n = 0;
      return {
        animation: false,
        textStyle: { fontFamily: font },
        grid: [{ left: label, right: 0, top: top, height: high }, { left: label, right: 0, top: top + high + 28, height: low }],
        xAxis: [0, 1].map(function (i) { return words(data, { gridIndex: i, axisLabel: { show: false } }); }),
        yAxis: [numbers({ gridIndex: 0 }), numbers(Object.assign({ gridIndex: 1, axisLabel: { color: token("--qy-ink-3"), fontSize: 12, formatter: "{value}%" } }, percent))],
        series: data.series.map(function (one) {
          if (one.unit !== "%") {
            return { name: one.name, type: "bar", data: one.data, barWidth: "30%", barGap: "12%", itemStyle: { color: bars[n++ % bars.length] } };
          }
          return {
            name: one.name, type: "line", xAxisIndex: 1, yAxisIndex: 1, data: one.data, symbol: "circle", symbolSize: 6, lineStyle: { color: navy, width: 2 }, itemStyle: { color: navy },
            label: { show: true, position: "top", color: navy, fontSize: 12, fontWeight: 600, formatter: function (p) { return p.dataIndex === last ? p.value + "%" : ""; } }
          };
        })
      };
    }
  };
  var charts = [].map.call(document.querySelectorAll("[data-qy-chart]"), function (box) {
    var chart = echarts.init(box, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    var data = JSON.parse(document.getElementById("chart-" + box.dataset.qyChart).textContent);
    var show = function (paper) {
      chart.setOption(draw[data.type](data, paper), true);
      chart.resize(paper ? { width: 420, height: 196 } : { width: "auto", height: "auto" });
      chart.getZr().flush();
    };
    show(false);
    var pane = box.closest("[tabindex]"); // on a phone: the latest months first
    if (pane) { pane.scrollLeft = pane.scrollWidth; }
    return { show: show, resize: function () { chart.resize(); } };
  });
  // Paper is narrower than the window and is laid out before a frame could be drawn, so the chart is redrawn at once.
  window.addEventListener("resize", function () { charts.forEach(function (chart) { chart.resize(); }); });
  window.addEventListener("beforeprint", function () { charts.forEach(function (chart) { chart.show(true); }); });
  window.addEventListener("afterprint", function () { charts.forEach(function (chart) { chart.show(false); }); });
})();
