/* Charts draw what their JSON says. The table under each chart says the same, so the chart is hidden from screen readers. */
(function () {
  "use strict";
  var font = getComputedStyle(document.body).fontFamily;
  var token = function (name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); };
  var draw = {
    // Bars above, line below, on one set of months: two scales never share a frame. Columns line up with the table's.
    trend: function (data, paper) {
      var ink = token("--qy-ink-3"), line = token("--qy-line"), navy = token("--qy-navy"), label = paper ? 62 : 76, right = 0, high = paper ? 104 : 150, low = paper ? 42 : 66, top = 18;
      var last = data.months.length - 1;
      return {
        animation: false,
        textStyle: { fontFamily: font },
        grid: [{ left: label, right: right, top: top, height: high }, { left: label, right: right, top: top + high + 28, height: low }],
        xAxis: [0, 1].map(function (i) {
          return { gridIndex: i, type: "category", data: data.months, axisTick: { show: false }, axisLabel: { show: false }, axisLine: { lineStyle: { color: "#c2cbd4" } } };
        }),
        yAxis: [
          { gridIndex: 0, splitNumber: 3, axisLabel: { color: ink, fontSize: 12 }, splitLine: { lineStyle: { color: line } } },
          { gridIndex: 1, min: 0, max: 100, interval: 50, axisLabel: { color: ink, fontSize: 12, formatter: "{value}%" }, splitLine: { lineStyle: { color: line } } }
        ],
        series: [
          { name: "反馈", type: "bar", data: data.fed, barWidth: "30%", barGap: "12%", itemStyle: { color: "#b9c4cf" } },
          { name: "销号", type: "bar", data: data.closed, barWidth: "30%", itemStyle: { color: navy } },
          {
            name: "累计销号率", type: "line", xAxisIndex: 1, yAxisIndex: 1, data: data.rate, symbol: "circle", symbolSize: 6, lineStyle: { color: navy, width: 2 }, itemStyle: { color: navy },
            label: { show: true, position: "top", color: navy, fontSize: 12, fontWeight: 600, formatter: function (p) { return p.dataIndex === last ? p.value + "%" : ""; } }
          }
        ]
      };
    }
  };
  var charts = [].map.call(document.querySelectorAll("[data-qy-chart]"), function (box) {
    var chart = echarts.init(box, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    var data = JSON.parse(document.getElementById(box.dataset.qySource).textContent);
    var show = function (paper) {
      chart.setOption(draw[box.dataset.qyChart](data, paper), true);
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
