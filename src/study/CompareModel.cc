#include "study/CompareModel.hh"

#include "comm/Together.hh"
#include "core/AtomicFile.hh"
#include "core/Timeline.hh"
#include "study/GenerateTogether.hh"
#include "validate/ShowerComparison.hh"

namespace caloforge::study {
namespace {

namespace fs = std::filesystem;

/// A file that goes with its owner.
struct Temporary {
    fs::path path;
    bool mine;
    ~Temporary() {
        std::error_code ignored;
        if (mine) fs::remove(path, ignored);
    }
};

/// The bytes of the first rank's model, on all: others may not see its folder.
std::string bytes_of(const network::WeightsFile& model, const fs::path& folder,
                     comm::Communicator& communicator) {
    return comm::on_first(communicator, [&] {
        const Temporary file{folder / "compared.tmp.safetensors", true};
        model.write(file.path);
        return core::read_text(file.path);
    });
}

}  // namespace

std::optional<validate::Comparison> compare_model(const data::ShowerSet& set,
                                                  const network::WeightsFile& model,
                                                  const CompareModelOptions& options,
                                                  comm::Communicator& communicator) {
    const std::string bytes = bytes_of(model, options.folder, communicator);
    std::optional<infer::Team> team;
    comm::together(communicator, [&] {
        const core::timeline::Span span("load the model", "validation");
        infer::ModelOptions load;
        load.device = options.device;
        load.threads = options.threads;
        load.allow_extrapolation = true;
        team.emplace(infer::Model(network::WeightsFile::parse(bytes, options.name), load), options.threads);
    });
    const Temporary made{options.folder / "compared.tmp.h5", communicator.first()};
    generate_like(set, {options.seed, options.copies}, *team, made.path, communicator);
    std::optional<validate::Comparison> out;
    comm::together(communicator, [&] {
        if (!communicator.first()) return;
        const core::timeline::Span span("compare", "validation");
        validate::ShowerCompareOptions compare;
        compare.detector = &team->model().detector();
        compare.mip = team->model().detector().mip();
        compare.reference_name = "showers held out";
        compare.candidate_name = options.name;
        out = validate::compare_showers(set, data::ShowerSet::open({made.path}), compare);
    });
    return out;
}

}  // namespace caloforge::study
