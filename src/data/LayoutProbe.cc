#include "data/LayoutProbe.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "core/Error.hh"
#include "core/Suggest.hh"
#include "data/LayoutForm.hh"

namespace caloforge::data {
namespace {

/// The data sets of cells that there are, with the last layout that has each.
std::map<std::string, std::string> cells_of_layouts() {
    std::map<std::string, std::string> out;
    for (const LayoutForm& form : layouts()) out[form.cells] = form.name;
    return out;
}

[[noreturn]] void refuse_unknown(const ProbedFile& file) {
    std::vector<std::string> wanted;
    std::string near = layouts().front().cells;
    for (const auto& [cells, layout] : cells_of_layouts()) {
        wanted.push_back(fmt::format("`{}` ({})", cells, layout));
        if (!core::nearest(cells, file.names).empty() || !file.in_other_case(cells).empty()) near = cells;
    }
    file.refuse_missing(fmt::format("the showers, {}", fmt::join(wanted, " or ")), near);
}

}  // namespace

ShowerSource recognise(hid_t id, const std::filesystem::path& path, const ReadOptions& options) {
    const ProbedFile file{id, path, hdf5::dataset_names(id)};
    const auto form =
        std::ranges::find_if(layouts(), [&](const LayoutForm& one) { return one.claims(file); });
    if (form == layouts().end()) refuse_unknown(file);
    ShowerSource source = form->recognise(file, options);
    if (source.size() == 0 || source.readout.cells() == 0) {
        throw core::InputError(fmt::format(
            "{} holds no showers (`{}` has the shape {}). Did the program that wrote it stop early?",
            path.string(), source.cells.name(), source.cells.header().shape_text()));
    }
    add_conditions(source, file);
    return source;
}

}  // namespace caloforge::data
