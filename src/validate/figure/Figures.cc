#include "validate/figure/Figures.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "core/AtomicFile.hh"
#include "validate/figure/CurvePlot.hh"
#include "validate/figure/HeatMap.hh"
#include "validate/figure/ProfilePlot.hh"

namespace caloforge::validate {
namespace {

using namespace figure;

struct Drawn {
    std::string file;
    std::string bytes;
};

SetLabels labels_of(const FigureContent& content, const std::string& range) {
    SetLabels out{{content.reference_name, std::nullopt},
                  {content.candidate_name, std::nullopt},
                  content.binning,
                  content.samples,
                  content.slicings};
    for (const RangeCounts& counts : content.counts) {
        if (counts.range != range) continue;
        out.reference.samples = counts.reference;
        out.candidate.samples = counts.candidate;
        break;
    }
    return out;
}

std::string draw_family(const Family& family, const FigureContent& content) {
    Canvas canvas(column_width, column_height, words(family.name));
    for (const Drawing& page : family.pages) {
        draw_profile(canvas, page, labels_of(content, page.range));
        canvas.end_page();
    }
    return canvas.finish();
}

std::string draw_all_correlations(const FigureContent& content) {
    Canvas canvas(page_width, heat_map_height, "correlations");
    for (const CorrelationDrawing& page : content.correlations) {
        draw_correlations(canvas, plottable(page), labels_of(content, page.range));
        canvas.end_page();
    }
    return canvas.finish();
}

std::string draw_classifiers(const FigureContent& content) {
    std::vector<ClassifierDrawing> classifiers;
    for (const ClassifierDrawing& one : content.classifiers) classifiers.push_back(plottable(one));
    Canvas canvas(column_width, column_height, "classifiers");
    draw_roc(canvas, classifiers);
    canvas.end_page();
    draw_learning_curves(canvas, classifiers, content.samples);
    canvas.end_page();
    return canvas.finish();
}

// Names of files, each given once: letters, digits, '.', '_' and '-' of a name stay.
class FileNames {
  public:
    std::string give(std::string name) {
        constexpr std::size_t longest = 100;
        for (char& c : name) {
            const bool kept = std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
            if (!kept) c = '_';
        }
        if (name.starts_with('.')) name.front() = '_';  // would be hidden, or lead out of the folder
        name = name.substr(0, longest);
        std::string file = name + ".pdf";
        for (int i = 2; !given_.insert(file).second; ++i) file = fmt::format("{}-{}.pdf", name, i);
        return file;
    }

  private:
    std::set<std::string> given_;
};

}  // namespace

std::vector<std::filesystem::path> write_figures(const FigureContent& content,
                                                 const std::filesystem::path& folder) {
    std::vector<Drawn> figures;
    FileNames names;
    if (!content.correlations.empty())
        figures.push_back({names.give("correlations"), draw_all_correlations(content)});
    if (!content.classifiers.empty())
        figures.push_back({names.give("classifiers"), draw_classifiers(content)});
    for (const Family& family : families(content.drawings))
        figures.push_back({names.give(family.name), draw_family(family, content)});

    std::vector<std::filesystem::path> paths;
    for (const Drawn& figure : figures) {
        paths.push_back(folder / figure.file);
        core::write_text(paths.back(), figure.bytes);
    }
    return paths;
}

}  // namespace caloforge::validate
