#include "validate/figure/Canvas.hh"

#include <cairo-pdf.h>
#include <fmt/format.h>

#include <algorithm>
#include <numbers>
#include <string_view>
#include <vector>

#include "core/Error.hh"

namespace caloforge::validate::figure {
namespace {

constexpr double script_size = 0.7;
constexpr double script_rise = 0.38;
constexpr double script_drop = 0.18;
constexpr double capital_height = 0.73;  // of DejaVu Sans, in its size

cairo_status_t append(void* target, const unsigned char* bytes, unsigned int size) {
    try {
        static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(bytes), size);
        return CAIRO_STATUS_SUCCESS;
    } catch (const std::exception&) {  // must not pass through C
        return CAIRO_STATUS_WRITE_ERROR;
    }
}

// Letters that the labels need and a poor font may lack, and what says the same in ASCII.
struct Substitute {
    const char* letter;
    const char* ascii;
};
constexpr Substitute substitutes[] = {{"−", "-"}, {"–", "-"}, {"×", "x"}, {"±", "+-"}, {"…", "..."}};

bool has_letter(cairo_scaled_font_t* font, const char* letter) {
    cairo_glyph_t* glyphs = nullptr;
    int count = 0;
    const cairo_status_t status =
        cairo_scaled_font_text_to_glyphs(font, 0, 0, letter, -1, &glyphs, &count, nullptr, nullptr, nullptr);
    const bool found = status == CAIRO_STATUS_SUCCESS && count > 0 && glyphs[0].index != 0;
    cairo_glyph_free(glyphs);
    return found;
}

double size_of(const TextRun& run, double size) {
    return run.script == Script::line ? size : size * script_size;
}

}  // namespace

struct Canvas::Document {
    std::string bytes;
    cairo_surface_t* surface = nullptr;
    cairo_t* context = nullptr;

    Document(double width, double height)
        : surface(cairo_pdf_surface_create_for_stream(append, &bytes, width, height)),
          context(cairo_create(surface)) {}
    ~Document() {
        cairo_destroy(context);
        cairo_surface_destroy(surface);
    }
    std::vector<Substitute> lacking;  // letters of the font in use

    void set_font() {
        cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
        // No hinting: widths must not depend on a screen.
        cairo_font_options_t* options = cairo_font_options_create();
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        cairo_set_font_options(context, options);
        cairo_font_options_destroy(options);
        for (const Substitute& one : substitutes) {
            if (!has_letter(cairo_get_scaled_font(context), one.letter)) lacking.push_back(one);
        }
    }
    std::string in_font(std::string text) const {
        for (const Substitute& one : lacking) {
            const std::string_view letter(one.letter);
            for (std::size_t at; (at = text.find(letter)) != std::string::npos;)
                text.replace(at, letter.size(), one.ascii);
        }
        return text;
    }
    void trace(std::span<const Point> line) const {
        cairo_new_path(context);
        for (const Point& p : line) cairo_line_to(context, p.x, p.y);
    }
    void paint(Colour colour) const {
        cairo_set_source_rgb(context, colour.red, colour.green, colour.blue);
        cairo_fill(context);
    }
};

Canvas::Canvas(double width, double height, const std::string& title)
    : document_(std::make_unique<Document>(width, height)), width_(width), height_(height) {
    // TeX complains about newer versions, and this one has all that is drawn here.
    cairo_pdf_surface_restrict_to_version(document_->surface, CAIRO_PDF_VERSION_1_4);
    const std::string clean = plain(title).front().text;
    cairo_pdf_surface_set_metadata(document_->surface, CAIRO_PDF_METADATA_TITLE, clean.c_str());
    cairo_pdf_surface_set_metadata(document_->surface, CAIRO_PDF_METADATA_CREATOR, "Caloforge");
    // The time of writing would make equal figures differ; the format asks for no true one.
    cairo_pdf_surface_set_metadata(document_->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   "2000-01-01T00:00:00Z");
    document_->set_font();
    cairo_set_line_join(document_->context, CAIRO_LINE_JOIN_MITER);
}

Canvas::~Canvas() = default;

void Canvas::fill(std::span<const Point> outline, Colour colour) {
    document_->trace(outline);
    document_->paint(colour);
}

void Canvas::fill(const Box& box, Colour colour) {
    cairo_new_path(document_->context);
    cairo_rectangle(document_->context, box.left, box.top, box.width(), box.height());
    document_->paint(colour);
}

void Canvas::disc(Point centre, double radius, Colour colour) {
    cairo_new_path(document_->context);
    cairo_arc(document_->context, centre.x, centre.y, radius, 0, 2 * std::numbers::pi);
    document_->paint(colour);
}

void Canvas::stroke(std::span<const Point> line, const Pen& pen) {
    constexpr double dash[] = {2.5, 1.8};
    cairo_set_source_rgb(document_->context, pen.colour.red, pen.colour.green, pen.colour.blue);
    cairo_set_line_width(document_->context, pen.width);
    cairo_set_dash(document_->context, dash, pen.dashed ? 2 : 0, 0);
    document_->trace(line);
    cairo_stroke(document_->context);
}

void Canvas::line(Point from, Point to, const Pen& pen) {
    const Point ends[] = {from, to};
    stroke(ends, pen);
}

void Canvas::frame(const Box& box, const Pen& pen) {
    const Point corners[] = {{box.left, box.top},    {box.right, box.top}, {box.right, box.bottom},
                             {box.left, box.bottom}, {box.left, box.top},  {box.right, box.top}};
    stroke(corners, pen);
}

void Canvas::clipped(const Box& box, const std::function<void()>& draw) {
    cairo_save(document_->context);
    cairo_new_path(document_->context);
    cairo_rectangle(document_->context, box.left, box.top, box.width(), box.height());
    cairo_clip(document_->context);
    draw();
    cairo_restore(document_->context);
}

void Canvas::text(const RichText& text, Point place, const TextStyle& style) {
    cairo_t* context = document_->context;
    cairo_save(context);
    cairo_translate(context, place.x, place.y);
    if (style.upright) cairo_rotate(context, -std::numbers::pi / 2);
    cairo_set_source_rgb(context, style.colour.red, style.colour.green, style.colour.blue);
    double x = -style.across * text_width(text, style.size);
    const double baseline = style.up * capital_height * style.size;
    for (const TextRun& run : text) {
        const double rise = run.script == Script::above   ? script_rise
                            : run.script == Script::below ? -script_drop
                                                          : 0;
        cairo_set_font_size(context, size_of(run, style.size));
        cairo_move_to(context, x, baseline - rise * style.size);
        cairo_show_text(context, document_->in_font(run.text).c_str());
        x += text_width({run}, style.size);
    }
    cairo_restore(context);
}

double Canvas::text_width(const RichText& text, double size) const {
    double width = 0;
    for (const TextRun& run : text) {
        cairo_text_extents_t extents;
        cairo_set_font_size(document_->context, size_of(run, size));
        cairo_text_extents(document_->context, document_->in_font(run.text).c_str(), &extents);
        width += extents.x_advance;
    }
    return width;
}

FittedText Canvas::fit(const RichText& text, double width, double size) const {
    const double wanted = text_width(text, size);
    if (wanted <= width) return {text, size};
    const double smallest = std::min(smallest_font, size);
    const double shrunk = size * width / wanted;
    if (shrunk >= smallest) return {text, shrunk};
    std::size_t fits = 0;
    std::size_t too_long = length(text);
    while (fits + 1 < too_long) {
        const std::size_t middle = (fits + too_long) / 2;
        (text_width(shortened(text, middle), smallest) <= width ? fits : too_long) = middle;
    }
    return {shortened(text, fits), smallest};
}

void Canvas::end_page() {
    cairo_show_page(document_->context);
}

std::string Canvas::finish() {
    cairo_status_t status = cairo_status(document_->context);
    cairo_surface_finish(document_->surface);
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(document_->surface);
    if (status != CAIRO_STATUS_SUCCESS) {
        throw core::RunError(
            fmt::format("cannot draw a figure ({}). Is there enough memory, and are the fonts "
                        "in order?",
                        cairo_status_to_string(status)));
    }
    return std::move(document_->bytes);
}

}  // namespace caloforge::validate::figure
