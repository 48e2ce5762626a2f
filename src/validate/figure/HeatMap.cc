#include "validate/figure/HeatMap.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "validate/figure/Panel.hh"

namespace caloforge::validate::figure {
namespace {

constexpr double names_width = 92;
constexpr double between_maps = 9;
constexpr double page_edge = 2;
constexpr double top = 32;
constexpr double bar_height = 6;
constexpr std::size_t bar_steps = 100;
const Pen thin{ink, 0.5, false};

using Matrix = std::vector<std::vector<double>>;

struct Map {
    RichText title;
    Matrix values;
    double full = 1;  // the magnitude that takes the full colour
};

double largest_entry(const Matrix& matrix) {
    double out = 0;
    for (const auto& row : matrix) {
        for (const double value : row) {
            if (!std::isnan(value)) out = std::max(out, std::abs(value));
        }
    }
    return out;
}

bool has_values(const Matrix& matrix) {
    return std::any_of(matrix.begin(), matrix.end(), [](const std::vector<double>& row) {
        return std::any_of(row.begin(), row.end(), [](double value) { return !std::isnan(value); });
    });
}

Matrix difference(const CorrelationDrawing& data) {
    Matrix out = data.candidate;
    for (std::size_t i = 0; i < out.size(); ++i) {
        for (std::size_t j = 0; j < out.size(); ++j) out[i][j] -= data.reference[i][j];
    }
    return out;
}

// A round end of the scale of differences.
double round_up(double size) {
    for (const double end : {0.05, 0.1, 0.2, 0.5, 1.0}) {
        if (size <= end) return end;
    }
    return 2;
}

RichText title_of(const SetLabel& set, const std::string& samples) {
    return plain(set.samples ? fmt::format("{} ({} {})", set.name, *set.samples, samples) : set.name);
}

void draw_field(Canvas& canvas, const Box& field, double value, double full) {
    if (!std::isnan(value)) {
        // A little larger than the field, under its neighbours: no viewer may show a seam.
        canvas.fill({field.left, field.top, field.right + 0.3, field.bottom + 0.3}, diverging(value / full));
        return;
    }
    canvas.fill({field.left, field.top, field.right + 0.3, field.bottom + 0.3}, grey(0.8));
    canvas.line({field.left, field.top}, {field.right, field.bottom}, {grey(0.5), 0.3, false});
    canvas.line({field.left, field.bottom}, {field.right, field.top}, {grey(0.5), 0.3, false});
}

// The numbers of the columns, as many as find room.
void draw_numbers(Canvas& canvas, const Box& box, std::size_t n, double size) {
    const double side = box.width() / static_cast<double>(n);
    const double widest = canvas.text_width(plain(fmt::format("{}", n)), size) + 1.5;
    std::size_t step = 1;
    while (step < n && static_cast<double>(step) * side < widest)
        step = step == 1 ? 2 : step == 2 ? 5 : 2 * step;
    for (std::size_t i = step - 1; i < n; i += step) {
        canvas.text(plain(fmt::format("{}", i + 1)),
                    {box.left + side * (static_cast<double>(i) + 0.5), box.top - 2.5}, {size, 0.5, 0});
    }
}

void draw_map(Canvas& canvas, const Map& map, const Box& box, double title_size) {
    const std::size_t n = map.values.size();
    const double side = box.width() / static_cast<double>(n);
    canvas.clipped(box, [&] {
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                const double left = box.left + side * static_cast<double>(j);
                const double up = box.top + side * static_cast<double>(i);
                draw_field(canvas, {left, up, left + side, up + side}, map.values[i][j], map.full);
            }
        }
    });
    canvas.frame(box, thin);
    const double number_size = std::clamp(0.9 * side, 2.0, smallest_font);
    draw_numbers(canvas, box, n, number_size);
    const FittedText title = canvas.fit(map.title, box.width(), title_size);
    canvas.text(title.text, {box.left + box.width() / 2, box.top - 4 - smallest_font}, {title.size, 0.5, 0});
}

void draw_names(Canvas& canvas, const CorrelationDrawing& data, const Box& first_map) {
    const double side = first_map.height() / static_cast<double>(data.names.size());
    const double size = std::clamp(0.9 * side, 2.0, note_size);
    const double numbers = canvas.text_width(plain("000"), size);
    for (std::size_t i = 0; i < data.names.size(); ++i) {
        const double middle = first_map.top + side * (static_cast<double>(i) + 0.5);
        const FittedText name =
            canvas.fit(label(words(data.names[i])), first_map.left - page_edge - 3 - numbers, size);
        canvas.text(name.text, {first_map.left - 3 - numbers, middle}, {name.size, 1, 0.5});
        canvas.text(plain(fmt::format("{}", i + 1)), {first_map.left - 3, middle}, {size, 1, 0.5});
    }
}

void draw_colour_bar(Canvas& canvas, const Box& box, double full, const char* name) {
    const double step = box.width() / bar_steps;
    canvas.clipped(box, [&] {
        for (std::size_t i = 0; i < bar_steps; ++i) {
            const double left = box.left + step * static_cast<double>(i);
            canvas.fill({left, box.top, left + step + 0.3, box.bottom},
                        diverging(2 * (static_cast<double>(i) + 0.5) / bar_steps - 1));
        }
    });
    const Axis axis{-full, full};
    const Ticks marks = ticks(axis);
    for (std::size_t i = 0; i < marks.major.size(); ++i) {
        const double x = box.left + axis.part(marks.major[i]) * box.width();
        canvas.line({x, box.bottom}, {x, box.bottom + 2}, thin);
        canvas.text(marks.labels[i], {x, box.bottom + 3.5}, {note_size, 0.5, 1});
    }
    canvas.frame(box, thin);
    canvas.text(plain(name), {box.left + box.width() / 2, box.bottom + 5 + 1.5 * note_size},
                {font_size, 0.5, 1});
}

}  // namespace

void draw_correlations(Canvas& canvas, const CorrelationDrawing& data, const SetLabels& labels) {
    const Box title_line{page_edge, room_above, canvas.width() - room_right, canvas.height()};
    RichText heading = plain("Correlations, ");
    for (const TextRun& run : range_label(data.range, labels.binning, labels.slicings))
        heading.push_back(run);
    draw_title(canvas, title_line, heading);
    if (!has_values(data.reference) && !has_values(data.candidate)) {
        draw_nothing(canvas, {page_edge, top, canvas.width() - room_right, canvas.height() - room_below});
        return;
    }
    const Matrix differences = difference(data);
    const Map maps[] = {{title_of(labels.reference, labels.samples), data.reference},
                        {title_of(labels.candidate, labels.samples), data.candidate},
                        {plain("difference"), differences, round_up(largest_entry(differences))}};
    const double side = (canvas.width() - names_width - room_right - 2 * between_maps) / 3;
    Box box{names_width, top, names_width + side, top + side};
    draw_names(canvas, data, box);
    double title_size = font_size;  // one for all three
    for (const Map& map : maps) title_size = std::min(title_size, canvas.fit(map.title, side).size);
    for (const Map& map : maps) {
        draw_map(canvas, map, box, title_size);
        box.left = box.right + between_maps;
        box.right = box.left + side;
    }
    const double bar_top = box.bottom + 6;
    const double third = names_width + 2 * (side + between_maps);
    const double both = 2 * side + between_maps;
    draw_colour_bar(canvas,
                    {names_width + both / 4, bar_top, names_width + 3 * both / 4, bar_top + bar_height}, 1,
                    "correlation");
    draw_colour_bar(canvas, {third + 8, bar_top, third + side - 8, bar_top + bar_height}, maps[2].full,
                    "candidate − reference");
}

}  // namespace caloforge::validate::figure
