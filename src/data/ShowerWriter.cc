#include "data/ShowerWriter.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/Error.hh"
#include "data/CellCheck.hh"
#include "data/ConditionWriter.hh"

namespace caloforge::data {
using core::InputError;
using core::RunError;
using geometry::Readout;
namespace {

/// A stretch of showers of one batch; batches are shared between the chunks cut from them.
struct Piece {
    std::shared_ptr<const ShowerBatch> batch;
    std::size_t first = 0;
    std::size_t count = 0;
};

/// Copies the showers of `pieces` into a chunk, in the file's unit. Shower numbers start at `first_shower`.
void fill_cells(const std::vector<Piece>& pieces, const Readout& readout, float scale,
                std::size_t first_shower, std::span<float> out) {
    std::size_t row = 0;
    for (const Piece& piece : pieces) {
        for (std::size_t i = piece.first; i < piece.first + piece.count; ++i, ++row) {
            const auto in = piece.batch->shower(i);
            if (const auto bad = find_bad_cell(in)) {
                throw RunError(
                    fmt::format("shower {} has {} GeV in {} (energies are finite and not negative). "
                                "Is the model damaged?",
                                first_shower + row, in[*bad], readout.cell_text(*bad)));
            }
            const auto target = out.subspan(row * readout.cells(), readout.cells());
            std::copy(in.begin(), in.end(), target.begin());
            if (scale != 1) {
                for (float& value : target) value *= scale;
            }
        }
    }
}

const WriteOptions& checked(const WriteOptions& options, const Readout& readout) {
    if (readout.cells() == 0)
        throw InputError("cannot write showers of an empty grid. Is the detector's grid set?");
    if (form_of(options.layout).shape(readout).empty()) {
        throw InputError(
            fmt::format("{} cannot be written in the layout {} (Cartesian cells are held by the 3DGAN's, "
                        "others by the CaloChallenge's).",
                        readout.text(), to_string(options.layout)));
    }
    if (options.gzip_level < 0 || options.gzip_level > 9) {
        throw InputError(fmt::format("the gzip level {} is not valid (0 to 9). Take 1?", options.gzip_level));
    }
    if (options.chunk_showers == 0 || options.chunk_showers > (std::size_t{1} << 26) / readout.cells() + 1) {
        throw InputError(fmt::format("chunks of {} showers are not valid (0, or too large). Take 8?",
                                     options.chunk_showers));
    }
    if (!(options.scale >= 0) || !std::isfinite(options.scale)) {
        throw InputError(fmt::format("the scale {} is not valid. Give a positive number?", options.scale));
    }
    return options;
}

}  // namespace

struct ShowerWriter::Impl {
    Impl(const std::filesystem::path& path, const Readout& wanted_readout, const WriteOptions& wanted);

    void check(const ShowerBatch& batch);
    void cut_chunks(std::shared_ptr<const ShowerBatch> batch);
    void submit_chunk();
    void close_all();

    Readout readout;
    WriteOptions options;
    const LayoutForm& form;
    float cell_scale;
    hdf5::OutputFile file;
    hdf5::GrowingDataset cells;
    std::optional<ConditionWriter> conditions;  ///< made for those of the first batch
    std::vector<Piece> pieces;                  ///< of the chunk that is not full yet
    std::size_t piece_showers = 0;
    std::size_t size = 0;
    std::size_t chunks = 0;
    bool committed = false;
    std::optional<hdf5::ChunkPipeline> pipeline;  ///< last: its threads use all above
};

ShowerWriter::Impl::Impl(const std::filesystem::path& path, const Readout& wanted_readout,
                         const WriteOptions& wanted)
    : readout(wanted_readout),
      options(checked(wanted, wanted_readout)),
      form(form_of(options.layout)),
      cell_scale(static_cast<float>(options.scale > 0 ? options.scale : form.unit)),
      file(path),
      cells(file, form.cells, form.shape(readout), options.chunk_showers, options.gzip_level) {
    form.describe(file, cells.id(), readout);
    if (!options.provenance.empty()) {
        file.text_attribute(file.id(), "caloforge",
                            options.provenance.dump(-1, ' ', true, core::Json::error_handler_t::replace));
    }
    pipeline.emplace(options.gzip_level);
}

void ShowerWriter::Impl::check(const ShowerBatch& batch) {
    const auto refuse = [&](const std::string& problem) {
        throw InputError(fmt::format("cannot write a batch to {} ({}). Do all batches come from one source?",
                                     file.target().string(), problem));
    };
    if (!batch.readout.same_shape(readout))
        refuse(fmt::format("it has {}, the file {}", batch.readout.text(), readout.text()));
    if (batch.cells.size() != batch.size() * readout.cells())
        refuse(fmt::format("{} energies do not make {} showers", batch.cells.size(), batch.size()));
    if (batch.size() == 0) return;
    if (!conditions)
        conditions.emplace(file, form, cell_scale, options.gzip_level, batch.conditions.fields());
    try {
        conditions->check(batch.conditions);
    } catch (const InputError& error) {
        refuse(error.what());
    }
}

void ShowerWriter::Impl::cut_chunks(std::shared_ptr<const ShowerBatch> batch) {
    for (std::size_t first = 0; first < batch->size();) {
        const std::size_t count = std::min(options.chunk_showers - piece_showers, batch->size() - first);
        pieces.push_back({batch, first, count});
        piece_showers += count;
        size += count;
        first += count;
        if (piece_showers == options.chunk_showers) submit_chunk();
    }
}

void ShowerWriter::Impl::submit_chunk() {
    if (pieces.empty()) return;
    const std::size_t first_shower = size - piece_showers;
    pipeline->submit(
        {&cells, chunks++, size, [this, taken = std::move(pieces), first_shower](std::span<float> out) {
             fill_cells(taken, readout, cell_scale, first_shower, out);
         }});
    pieces = {};
    piece_showers = 0;
}

void ShowerWriter::Impl::close_all() {
    submit_chunk();
    conditions->flush(*pipeline);
    pipeline->drain();
    const hdf5::Lock lock;
    conditions->close();
    cells.close();
    file.close();
}

ShowerWriter::ShowerWriter(std::filesystem::path path, const Readout& readout, WriteOptions options)
    : impl_(std::make_unique<Impl>(path, readout, options)) {}

ShowerWriter::~ShowerWriter() = default;

void ShowerWriter::append(ShowerBatch batch) {
    impl_->pipeline->check();
    impl_->check(batch);
    if (batch.size() == 0) return;
    impl_->conditions->add(*impl_->pipeline, batch.conditions);
    impl_->cut_chunks(std::make_shared<const ShowerBatch>(std::move(batch)));
}

void ShowerWriter::commit() {
    if (impl_->committed) return;
    if (size() == 0) {
        throw RunError(
            fmt::format("cannot finish {} (no shower was written to it). Is the number of showers 0?",
                        impl_->file.target().string()));
    }
    impl_->close_all();
    impl_->file.publish();
    impl_->committed = true;
}

std::size_t ShowerWriter::size() const {
    return impl_->size;
}

}  // namespace caloforge::data
