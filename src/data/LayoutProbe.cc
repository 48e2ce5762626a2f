#include "data/LayoutProbe.hh"

#include <fmt/format.h>

#include <algorithm>

#include "core/Error.hh"
#include "core/Suggest.hh"
#include "data/LayoutForm.hh"

namespace caloforge::data {
namespace {

bool resembles_showers(const std::vector<std::string>& names) {
    return core::nearest("ECAL", names).empty() && !core::nearest("showers", names).empty();
}

}  // namespace

ShowerSource recognise(hid_t id, const std::filesystem::path& path, const ReadOptions& options) {
    const ProbedFile file{id, path, hdf5::dataset_names(id)};
    const auto form =
        std::ranges::find_if(layouts(), [&](const LayoutForm& one) { return one.claims(file); });
    if (form == layouts().end()) {
        file.refuse_missing("the showers, `ECAL` (3DGAN) or `showers` (CaloChallenge)",
                            resembles_showers(file.names) ? "showers" : "ECAL");
    }
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
