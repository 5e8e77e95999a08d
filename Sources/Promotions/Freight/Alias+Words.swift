extension Alias {
    /// Friendly or at least harmless beside any animal.
    static let adjectives = words(
        """
        able agile amber ample autumn azure balmy beaming bold brave breezy bright brisk bronze calm candid careful
        cheerful chilly clear clever coastal cosy crimson crisp curious dapper daring dawning deft devoted eager earnest
        easy elegant fair faithful festive fluent fond frank fresh frosty gallant gentle gifted glad gleaming golden
        graceful grand hardy hazel honest humble ideal indigo ivory jolly jovial keen kind lasting lively loyal lucid
        lunar mellow merry mighty mild modest neat nimble noble opal patient peaceful placid plucky polite proud quick
        quiet rapid ready rosy royal rustic sage sandy serene sharp silver sincere snowy solar solid spry stately steady
        sunny swift tidy tranquil trusty upbeat valiant velvet vivid warm wise witty zesty
        """)

    /// None that people mind being called by.
    static let animals = words(
        """
        albatross alpaca antelope badger beaver bison bobcat bonobo buffalo bullfinch buzzard camel caribou chamois
        cheetah chickadee cicada condor cormorant coyote crane cricket curlew deer dingo dolphin dormouse dove dragonfly
        eagle egret eland elephant elk ermine falcon ferret finch firefly flamingo fox gannet gazelle gecko gibbon
        giraffe goldfinch goshawk grebe grouse gull hare hawk hedgehog heron hornbill ibex ibis iguana impala jackdaw
        jaguar kestrel kingfisher kite kiwi koala lapwing lark lemur leopard linnet lynx magpie mallard manatee marmot
        marten mongoose moose narwhal newt nightjar ocelot okapi oriole osprey otter owl panda panther pelican penguin
        petrel pheasant pika plover porpoise puffin quail quokka rabbit raven reindeer robin salmon sandpiper seal
        serval skylark sparrow squirrel starling stork sturgeon swallow swan tapir tern thrush toucan turtle vicuna
        wallaby walrus warbler weasel whale wolf wombat wren yak zebra
        """)

    private static func words(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\n" }.map(String.init)
    }
}
