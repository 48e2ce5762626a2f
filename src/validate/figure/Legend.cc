#include "validate/figure/Legend.hh"

#include <algorithm>

#include "validate/figure/Panel.hh"

namespace caloforge::validate::figure {
namespace {

constexpr double row_height = 9.5;
constexpr double sample_width = 14;
constexpr double sample_gap = 4;

void draw_sample(Canvas& canvas, const LegendEntry& entry, Point left) {
    const Point right{left.x + sample_width, left.y};
    const double middle = left.x + sample_width / 2;
    constexpr double half = 2.8;
    if (entry.mark == Mark::filled) {
        canvas.fill({left.x, left.y - half, right.x, left.y + half}, reference_fill);
        canvas.fill({left.x, left.y - half / 2, right.x, left.y + half / 2}, reference_band);
    }
    canvas.line(left, right, entry.pen);
    if (entry.mark == Mark::bars) {
        canvas.line({middle, left.y - half}, {middle, left.y + half}, {entry.pen.colour, 0.6, false});
    }
}

}  // namespace

Legend::Legend(const Canvas& canvas, std::vector<LegendEntry> entries, RichText heading, double max_width) {
    heading_ = canvas.fit(heading, max_width, note_size);
    width_ = canvas.text_width(heading_.text, heading_.size);
    const double before = sample_width + sample_gap;
    for (LegendEntry& entry : entries) {
        const RichText note = plain(entry.note);
        FittedText text =
            canvas.fit(plain(entry.name), max_width - before - canvas.text_width(note, note_size), note_size);
        text.text.insert(text.text.end(), note.begin(), note.end());
        width_ = std::max(width_, before + canvas.text_width(text.text, text.size));
        rows_.push_back({std::move(entry), std::move(text)});
    }
}

double Legend::height() const {
    return row_height * static_cast<double>(rows_.size() + (heading_.text.empty() ? 0 : 1));
}

void Legend::draw(Canvas& canvas, Point top_left) const {
    double middle = top_left.y + row_height / 2;
    if (!heading_.text.empty()) {
        canvas.text(heading_.text, {top_left.x, middle}, {heading_.size, 0, 0.5});
        middle += row_height;
    }
    for (const Row& row : rows_) {
        draw_sample(canvas, row.entry, {top_left.x, middle});
        canvas.text(row.text.text, {top_left.x + sample_width + sample_gap, middle}, {row.text.size, 0, 0.5});
        middle += row_height;
    }
}

}  // namespace caloforge::validate::figure
